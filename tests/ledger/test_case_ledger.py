import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DataError
from sqlmodel import col

from cases.action import Refund
from cases.case import CaseView
from cases.facts import Account, Facts, IdentityStrength
from cases.ladder import Job
from cases.money import Money
from cases.outcome import OutcomeKind, Satisfaction, Stage
from cases.review import Edit, TakenDecision
from cases.ticket import Customer, Message
from cases.work import OtherCasesRequest
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.tables import CaseRow, DecisionRow, LedgerTable, ModelCallRow, OutcomeRow, ReplyRow, SatisfactionRow
from tests.ledger.samples import NOON, attempt, classified, closed, grown, in_review, received, refunding, ticket

HISTORY = (ModelCallRow, DecisionRow, ReplyRow, OutcomeRow, SatisfactionRow)


@pytest.fixture
def ledger(database: Database) -> CaseLedger:
    return CaseLedger(database)


async def rows(database: Database, table: type[LedgerTable], view: CaseView) -> int:
    case_id = LedgerTable.metadata.tables[str(table.__tablename__)].columns.case_id
    async with database.transaction() as connection:
        return (await connection.execute(select(func.count()).where(case_id == view.case_id))).scalar_one()


async def history(database: Database, view: CaseView) -> dict[str, int]:
    return {str(table.__tablename__): await rows(database, table, view) for table in HISTORY}


async def test_a_case_is_read_back_as_it_was_recorded(ledger: CaseLedger) -> None:
    view = closed(in_review(classified(received(ticket()))))
    await ledger.record(view)
    assert await ledger.case(view.case_id) == view


async def test_an_unknown_case_is_none(ledger: CaseLedger) -> None:
    assert await ledger.case("ticket:acme:helpdesk:nobody") is None


async def test_other_open_cases_are_those_of_the_customer_and_those_about_the_same_record(ledger: CaseLedger) -> None:
    about = ticket()
    refund = refunding(received(about))
    same_record, same_customer = refunding(received(ticket())), received(ticket(email=about.customer.email))
    over, stranger = closed(refunding(received(ticket()))), received(ticket())
    elsewhere = refunding(received(ticket(tenant="globex")))
    for view in (refund, same_record, same_customer, over, stranger, elsewhere):
        await ledger.record(view)
    request = OtherCasesRequest(ticket=about, facts=Facts(), records=("pay_of_two",))
    found = await ledger.other_open_cases(request)
    assert [other.case_id for other in found] == [same_record.case_id, same_customer.case_id]
    assert found[0].proposed == ("Refund 10.00 EUR of payment pay_of_two",)


async def test_everything_that_happened_gets_its_row(ledger: CaseLedger, database: Database) -> None:
    mark = Satisfaction(score=5, at=NOON)
    view = closed(classified(received(ticket()))).model_copy(update={"satisfaction": mark})
    await ledger.record(view)
    assert await history(database, view) == {
        "model_calls": 2,
        "decisions": 1,
        "replies": 1,
        "outcomes": 1,
        "satisfaction": 1,
    }


async def test_recording_twice_changes_nothing(ledger: CaseLedger, database: Database) -> None:
    view = closed(classified(received(ticket())))
    await ledger.record(view)
    once = await history(database, view)
    await ledger.record(view)
    assert await history(database, view) == once
    assert await ledger.case(view.case_id) == view


async def test_a_late_older_view_does_not_turn_the_case_back(ledger: CaseLedger, database: Database) -> None:
    older = classified(received(ticket()))
    newer = closed(older)
    await ledger.record(newer)
    await ledger.record(older)
    assert await ledger.case(newer.case_id) == newer
    assert (await history(database, newer))["model_calls"] == 2


async def test_of_two_views_of_one_moment_the_longer_history_stays(ledger: CaseLedger) -> None:
    first = classified(received(ticket()))
    second = grown(first, timedelta(0), stage=Stage.ACTING)
    await ledger.record(second)
    await ledger.record(first)
    assert await ledger.case(first.case_id) == second


async def test_what_only_a_late_view_knows_is_still_written_down(ledger: CaseLedger, database: Database) -> None:
    first_run = closed(classified(received(ticket())))
    second_run = received(first_run.ticket, at=NOON + timedelta(days=1)).model_copy(update={"run_id": "run-2"})
    await ledger.record(second_run)
    await ledger.record(first_run)
    assert await ledger.case(first_run.case_id) == second_run
    assert (await history(database, first_run))["outcomes"] == 1


async def test_each_turn_of_a_case_keeps_its_outcome(ledger: CaseLedger, database: Database) -> None:
    once = closed(classified(received(ticket())))
    again = closed(grown(once, timedelta(hours=1), outcome=None, stage=Stage.WORKING))
    await ledger.record(once)
    await ledger.record(again)
    assert (await history(database, once))["outcomes"] == 2


async def test_a_call_learns_the_intent_it_found_out_and_keeps_it(ledger: CaseLedger, database: Database) -> None:
    asked = grown(received(ticket()), timedelta(seconds=1), attempts=(attempt(Job.CLASSIFY),))
    understood = classified(asked).model_copy(update={"attempts": asked.attempts})
    other_turn = classified(understood, intent="refund_request").model_copy(update={"attempts": asked.attempts})
    seen: list[str | None] = []
    for view in (asked, understood, other_turn):
        await ledger.record(view)
        async with database.transaction() as connection:
            found = select(col(ModelCallRow.intent)).where(col(ModelCallRow.case_id) == view.case_id)
            seen.append((await connection.execute(found)).scalar_one())
    assert seen == [None, "order_status", "order_status"]


async def test_a_model_call_keeps_its_cost_to_the_last_digit(ledger: CaseLedger, database: Database) -> None:
    view = classified(received(ticket()))
    await ledger.record(view)
    async with database.transaction() as connection:
        found = select(col(ModelCallRow.cost)).where(col(ModelCallRow.case_id) == view.case_id)
        assert (await connection.execute(found)).scalar_one() == Decimal("0.000123")


async def test_an_edited_decision_is_kept_whole(ledger: CaseLedger, database: Database) -> None:
    decision = Edit(
        request_id="review-0",
        case_version=0,
        reviewer="ada",
        reply="Half of it goes back today.",
        actions=(Refund(payment_id="pay_10023", amount=Money(amount=Decimal("24.95"), currency="EUR")),),
    )
    view = received(ticket()).model_copy(update={"decisions": (TakenDecision(decision=decision, at=NOON),)})
    await ledger.record(view)
    async with database.transaction() as connection:
        found = select(col(DecisionRow.decision)).where(col(DecisionRow.case_id) == view.case_id)
        assert (await connection.execute(found)).scalar_one() == decision


async def test_a_case_is_written_whole_or_not_at_all(ledger: CaseLedger, database: Database) -> None:
    view = classified(received(ticket()))
    too_costly = attempt(Job.DRAFT).model_copy(update={"cost": Decimal("1e12")})
    with pytest.raises(DataError, match="numeric field overflow"):
        await ledger.record(view.model_copy(update={"attempts": (too_costly,)}))
    assert await ledger.case(view.case_id) is None
    assert await rows(database, CaseRow, view) == 0


async def test_workers_that_record_one_case_at_once_leave_its_latest_view(
    ledger: CaseLedger, database: Database
) -> None:
    views = [received(ticket())]
    for _ in range(9):
        views.append(grown(views[-1], timedelta(seconds=1), attempts=(*views[-1].attempts, attempt(Job.DRAFT))))
    await asyncio.gather(*(ledger.record(view) for view in reversed(views)))
    assert await ledger.case(views[0].case_id) == views[-1]
    assert (await history(database, views[0]))["model_calls"] == 9


async def test_a_pasted_nul_does_not_keep_a_case_out(ledger: CaseLedger) -> None:
    view = received(ticket(text="the log says \x00\x00 and C:\\u0000"))
    await ledger.record(view)
    kept = await ledger.case(view.case_id)
    assert kept is not None
    assert kept.ticket.messages[0].text == "the log says \ufffd\ufffd and C:\\u0000"


async def test_earlier_contacts_of_the_same_address_are_found_newest_first(ledger: CaseLedger) -> None:
    first = closed(classified(received(ticket(email="Mia@example.com"))))
    second = closed(classified(received(ticket(email="mia@Example.com"), at=NOON + timedelta(days=1))))
    await ledger.record(first)
    await ledger.record(second)
    found = await ledger.earlier_contacts(ticket(email="mia@example.com"))
    assert [contact.case_id for contact in found] == [second.case_id, first.case_id]
    assert found[0].intents == ("order_status",)
    assert found[0].outcome == OutcomeKind.RESOLVED_AFTER_REVIEW


async def test_earlier_runs_of_the_very_case_come_first(ledger: CaseLedger) -> None:
    this = closed(classified(received(ticket(email="noa@example.com"))))
    other = closed(classified(received(ticket(email="noa@example.com"), at=NOON + timedelta(days=1))))
    await ledger.record(this)
    await ledger.record(other)
    found = await ledger.earlier_contacts(this.ticket)
    assert [contact.case_id for contact in found] == [this.case_id, other.case_id]


async def test_a_case_that_has_not_ended_is_no_earlier_contact(ledger: CaseLedger) -> None:
    view = classified(received(ticket(email="lea@example.com")))
    await ledger.record(view)
    assert await ledger.earlier_contacts(ticket(email="lea@example.com")) == ()


async def test_another_tenants_cases_are_never_earlier_contacts(ledger: CaseLedger) -> None:
    await ledger.record(closed(received(ticket(email="ida@example.com", tenant="other-shop"))))
    assert await ledger.earlier_contacts(ticket(email="ida@example.com")) == ()


@pytest.mark.parametrize(
    ("identity", "contacts"), [(IdentityStrength.MATCHED, 1), (IdentityStrength.CLAIMED, 0)], ids=str
)
async def test_an_account_links_contacts_only_where_it_is_the_senders(
    ledger: CaseLedger, identity: IdentityStrength, contacts: int
) -> None:
    account = Account(id=f"cus_{identity}", name="Ida", email=f"{identity}@example.com")
    view = closed(classified(received(ticket())))
    facts = Facts(identity=identity, account=account)
    await ledger.record(view.model_copy(update={"facts": facts}))
    signed_in = ticket().model_copy(update={"customer": Customer(id=account.id, authenticated=True)})
    assert len(await ledger.earlier_contacts(signed_in)) == contacts


@pytest.mark.parametrize(("source", "contacts"), [("test", 1), ("another-chat", 0)])
async def test_a_contact_of_a_helpdesk_is_known_again_there_and_nowhere_else(
    ledger: CaseLedger, source: str, contacts: int
) -> None:
    anonymous = Customer(contact_id=f"31-{source}")
    first = ticket().model_copy(update={"customer": anonymous, "source": "test", "id": f"first-{source}"})
    await ledger.record(closed(received(first)))
    again = first.model_copy(update={"source": source, "id": f"second-{source}"})
    assert len(await ledger.earlier_contacts(again)) == contacts


async def test_a_customer_nobody_knows_has_no_earlier_contacts(ledger: CaseLedger) -> None:
    await ledger.record(closed(received(ticket().model_copy(update={"customer": Customer()}))))
    assert await ledger.earlier_contacts(ticket().model_copy(update={"customer": Customer()})) == ()


async def test_a_customers_new_message_is_part_of_the_recorded_case(ledger: CaseLedger) -> None:
    view = received(ticket())
    await ledger.record(view)
    heard = view.ticket.with_message(Message(id="m2", text="any news?", sent_at=NOON))
    await ledger.record(grown(view, timedelta(minutes=1), ticket=heard))
    kept = await ledger.case(view.case_id)
    assert kept is not None
    assert [message.id for message in kept.ticket.messages] == ["m1", "m2"]
