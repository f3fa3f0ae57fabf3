import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cases.errors import InvalidInput
from cases.ticket import Author, Channel
from demo.shop.plans import price_of
from demo.shop.seed import Seed, read_seed
from demo.tickets.load import load_tickets, read_folder, read_tickets
from demo.tickets.story import ApproveIt, AskAgainWith, DemoTicket, EditIt, RejectIt, TakeItOver

SEED = Path(__file__).parent.parent.parent / "demo" / "shop" / "seed.yaml"
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
ORDER_ID = re.compile(r"(?<![\w-])W\d{5}(?![\w-])")

TICKET = """
- id: D1
  about: One line.
  expect: Another line.
  channel: email
  customer: {name: Ann}
  messages: [{at: -5m, text: Hello}]
"""


@pytest.fixture(scope="module")
def stories() -> tuple[DemoTicket, ...]:
    return load_tickets(NOW)


@pytest.fixture(scope="module")
def shop() -> Seed:
    return read_seed(SEED, NOW.date())


def test_there_are_tickets_enough_in_each_of_three_languages(stories: tuple[DemoTicket, ...]) -> None:
    languages = Counter(story.ticket.locale for story in stories)
    assert languages["en"] >= 20
    assert languages["de"] >= 9
    assert languages["tr"] >= 9


def test_every_channel_is_used(stories: tuple[DemoTicket, ...]) -> None:
    assert {story.ticket.channel for story in stories} == set(Channel)


def test_a_ticket_is_one_of_the_demos_tenant(stories: tuple[DemoTicket, ...]) -> None:
    assert {(story.ticket.tenant, story.ticket.source) for story in stories} == {("acme", "demo")}


def test_no_id_stands_for_two_tickets_or_two_messages(stories: tuple[DemoTicket, ...]) -> None:
    tickets = [story.ticket.id for story in stories]
    messages = [message.id for story in stories for message in (*story.ticket.messages, *story.follow_up)]
    assert len(tickets) == len(set(tickets))
    assert len(messages) == len(set(messages))


def test_every_message_was_written_by_the_customer_and_before_now(stories: tuple[DemoTicket, ...]) -> None:
    for story in stories:
        times = [message.sent_at for message in story.ticket.messages]
        assert times == sorted(times)
        assert times[-1] < NOW
        assert all(message.author is Author.CUSTOMER for message in story.ticket.messages)


def test_the_ticket_written_to_last_comes_last(stories: tuple[DemoTicket, ...]) -> None:
    times = [story.ticket.messages[-1].sent_at for story in stories]
    assert times == sorted(times)


def test_every_order_named_is_in_the_shop_or_absent_on_purpose(stories: tuple[DemoTicket, ...], shop: Seed) -> None:
    known = {order.id for order in shop.orders}
    for story in stories:
        texts = (story.ticket.customer_text, *(later.text for later in story.follow_up))
        unknown = {name for text in texts for name in ORDER_ID.findall(text)} - known
        assert unknown == set(story.absent_orders), story.ticket.id


def test_a_reviewer_asks_again_only_with_the_customers_own_orders(stories: tuple[DemoTicket, ...], shop: Seed) -> None:
    owners = {order.id: order.customer_id for order in shop.orders}
    addresses = {customer.id: customer.email for customer in shop.customers}
    for story in stories:
        if isinstance(story.reviewer, AskAgainWith):
            named = {addresses[owners[order_id]] for order_id in story.reviewer.order_ids}
            assert named == {story.ticket.customer.email}


def test_a_customer_who_is_signed_in_is_that_customer_of_the_shop(stories: tuple[DemoTicket, ...], shop: Seed) -> None:
    addresses = {customer.id: customer.email for customer in shop.customers}
    signed_in = [story.ticket.customer for story in stories if story.ticket.customer.authenticated]
    assert signed_in
    assert all(customer.email == addresses[customer.id or ""] for customer in signed_in)


def test_reviewers_do_every_kind_of_thing(stories: tuple[DemoTicket, ...]) -> None:
    assert {type(story.reviewer) for story in stories} == {ApproveIt, EditIt, RejectIt, TakeItOver, AskAgainWith}


def test_one_ticket_is_longer_than_seven_hundred_words(stories: tuple[DemoTicket, ...]) -> None:
    assert max(len(story.ticket.customer_text.split()) for story in stories) > 700


def test_a_message_keeps_its_distance_from_now(tmp_path: Path) -> None:
    (file := tmp_path / "one.yaml").write_text(TICKET)
    for now in (NOW, NOW + timedelta(days=400)):
        assert read_tickets(file, now)[0].ticket.messages[0].sent_at == now - timedelta(minutes=5)


def test_who_says_nothing_of_a_reviewer_has_one_who_approves(tmp_path: Path) -> None:
    (file := tmp_path / "one.yaml").write_text(TICKET)
    assert read_tickets(file, NOW)[0].reviewer == ApproveIt()


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (TICKET.replace("-5m", "yesterday"), r"bad\.yaml 0\.messages\.0\.at: .*'yesterday' is not a time before now"),
        (TICKET.replace("channel: email", "channel: fax"), r"bad\.yaml 0\.channel"),
        (TICKET.replace("  about: One line.\n", ""), r"bad\.yaml 0\.about: Field required"),
        (TICKET + "  mood: grim\n", r"bad\.yaml 0\.mood: Extra inputs"),
        (TICKET + "  reviewer: {does: edit}\n", r"bad\.yaml 0\.reviewer\.edit\.reply"),
        (TICKET + "  follow_up: [{when: later, text: Hm}]\n", r"bad\.yaml 0\.follow_up\.0\.when"),
        ("just words", r"bad\.yaml the whole file"),
        ("- [", r"bad\.yaml: it is not YAML"),
    ],
)
def test_a_bad_file_is_refused_by_its_name_and_field(tmp_path: Path, written: str, named: str) -> None:
    (file := tmp_path / "bad.yaml").write_text(written)
    with pytest.raises(InvalidInput, match=named):
        read_tickets(file, NOW)


def test_a_file_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="gone\\.yaml: it cannot be read"):
        read_tickets(tmp_path / "gone.yaml", NOW)


def test_an_id_used_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TICKET)
    (tmp_path / "b.yaml").write_text(TICKET)
    with pytest.raises(InvalidInput, match=r"b\.yaml id: D1 is another ticket's"):
        read_folder(tmp_path, NOW)


def test_a_subscription_costs_what_its_plan_costs(shop: Seed) -> None:
    for subscription in shop.subscriptions:
        assert subscription.price == price_of(subscription.plan, subscription.price.currency)


def test_a_payment_for_an_order_is_of_its_customer_and_currency(shop: Seed) -> None:
    orders = {order.id: order for order in shop.orders}
    for payment in shop.payments:
        if payment.order_id is not None:
            order = orders[payment.order_id]
            assert (payment.customer_id, payment.amount) == (order.customer_id, order.total)


@pytest.mark.parametrize("today", [date(2026, 3, 1), date(2028, 2, 29)])
def test_no_day_of_the_past_lies_ahead(today: date) -> None:
    shop = read_seed(SEED, today)
    assert all(order.placed_on <= (order.shipped_on or today) <= (order.delivered_on or today) for order in shop.orders)
    assert all(payment.paid_on <= today for payment in shop.payments)
