"""What people do at the desk, in a real browser, against the real workflow, engine and ledger."""

import asyncio
import re
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe  # pyright: ignore[reportMissingTypeStubs]
from playwright.async_api import async_playwright, expect

from bench.sampled_cases import record_sampled, sampled_case
from cases.action import Refund
from cases.outcome import OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.review import Decision, Edit
from cases.search_attributes import start_dev_arguments
from cases.work import CaseView
from demo.embedded.ports import free_ports
from ledger.audits import AuditBook
from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.migrate import migrate
from ledger.people import PeopleLedger
from starter.engine import connect
from starter.settings import Settings
from tests.desk.desk_door import open_desk
from tests.desk.forwarder import Wire
from tests.desk.stage import Desk, a_shop
from tests.development_server import address_of, development_server
from tests.starter.doors import working

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no browser at {CHROMIUM}")


@pytest.fixture(scope="module")
async def temporal_address() -> AsyncGenerator[str]:
    async with development_server(*start_dev_arguments()) as client:
        yield address_of(client)


@pytest.fixture(scope="module")
def settings(temporal_address: str, database_url: str) -> Settings:
    migrate(database_url)
    return Settings(data=Path("nowhere"), temporal_address=temporal_address, database_url=database_url)


@pytest.fixture(scope="module")
async def desk(settings: Settings, database: Database, people: PeopleLedger) -> AsyncGenerator[Desk]:
    """A running desk, its workers and a browser, for all tests of this module."""
    client = await connect(settings)
    ledger = CaseLedger(database)
    shop = a_shop(ledger)
    with open_desk(settings) as address:
        async with working(client, shop), async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
            yield Desk(address=address, client=client, ledger=ledger, shop=shop, browser=browser)
            await browser.close()


def is_decided(case: CaseView) -> bool:
    return case.outcome is not None


def is_cleared(case: CaseView) -> bool:
    """Whether it is decided, though it may still be taken back."""
    return case.review is not None and case.review.pending is not None


def cleared(case: CaseView) -> Decision:
    assert case.review is not None
    assert case.review.pending is not None
    return case.review.pending.decision


async def test_ten_refunds_are_approved_by_keyboard_alone(desk: Desk) -> None:
    cases = [await desk.held(f"10{n:02}") for n in range(10)]
    async with desk.person("lena") as page:
        await page.goto(desk.address)
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        for _ in cases:
            await page.wait_for_selector("#approve")
            await desk.ready(page)
            await page.keyboard.press("a")
            await expect(page.locator("#undo")).to_be_focused()
            await page.keyboard.press("j")
            await page.wait_for_load_state()
        ended = [await desk.until(case_id, is_decided) for case_id in cases]
    assert {case.outcome.kind for case in ended if case.outcome} == {OutcomeKind.RESOLVED_AFTER_REVIEW}
    assert all(desk.shop.actions_for(case_id) == ["refund:pay_10001"] for case_id in cases)


async def test_an_edit_is_shown_against_the_draft_and_goes_out_as_typed(desk: Desk) -> None:
    case_id = await desk.held("2001")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await page.keyboard.press("e")
        await page.keyboard.type(" It takes five days.")
        await expect(page.locator("#diff ins")).to_have_text(re.compile("It takes five days"))
        await expect(page.locator("#approve-words")).to_have_text("Approve my edit")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#decide")).to_contain_text("Approved as edited")
    case = await desk.until(case_id, is_decided)
    assert case.replies[-1].text.text == "We send 120.00 EUR back to your card. It takes five days."


async def test_an_amount_is_edited_within_what_can_go_back(desk: Desk) -> None:
    case_id = await desk.held("2002")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await page.fill("#amount-0", "150.00")
        await page.keyboard.press("Escape")
        await page.keyboard.press("a")
        await expect(page.locator("#notice")).to_contain_text(
            "150.00 EUR is more than the 120.00 EUR that can still go"
        )
        await page.fill("#amount-0", "20.00")
        await page.fill("#reply", "We send 20.00 EUR back.")
        await page.click("#approve")
        await expect(page.locator("#undo")).to_be_visible()
    decision = cleared(await desk.until(case_id, is_cleared))
    assert isinstance(decision, Edit)
    assert decision.actions is not None
    assert isinstance(decision.actions[0], Refund)
    assert str(decision.actions[0].amount) == "20.00 EUR"


async def test_of_two_reviewers_the_second_hears_who_was_first_and_keeps_what_was_typed(desk: Desk) -> None:
    case_id = await desk.held("2003")
    async with desk.person("rosa") as rosa, desk.person("lena") as lena:
        await desk.open(rosa, case_id)
        await desk.open(lena, case_id)
        await lena.fill("#reply", "Lena's own words.")
        await rosa.keyboard.press("a")
        await expect(rosa.locator("#undo")).to_be_visible()
        await lena.click("#approve")
        await expect(lena.locator("#notice")).to_contain_text("rosa")
        await expect(lena.locator("#reply")).to_have_value("Lena's own words.")
    assert cleared(await desk.until(case_id, is_cleared)).reviewer == "rosa"


async def test_a_double_click_decides_once(desk: Desk) -> None:
    case_id = await desk.held("2004")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await page.dblclick("#approve")
        await expect(page.locator("#decide")).to_contain_text("Approved")
        await expect(page.locator("#notice")).to_be_empty()
    assert desk.shop.actions_for((await desk.until(case_id, is_decided)).case_id) == ["refund:pay_10001"]


async def test_a_decision_is_taken_back_within_ten_seconds_and_nothing_happens(desk: Desk) -> None:
    case_id = await desk.held("2005")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await page.keyboard.press("a")
        await expect(page.locator("#undo")).to_be_focused()
        await page.keyboard.press("u")
        await expect(page.locator("#approve")).to_be_visible()
        assert await page.evaluate("document.activeElement !== document.body")
    case = await desk.until(case_id, lambda case: case.review is not None and case.review.pending is None)
    assert case.stage is Stage.WAITING_FOR_REVIEW
    assert desk.shop.actions_for(case_id) == []


async def test_a_customer_who_writes_again_voids_the_draft_and_what_was_typed_is_kept_beside_the_new_one(
    desk: Desk,
) -> None:
    case_id = await desk.held("2006")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await page.fill("#reply", "My own careful words.")
        await desk.customer_writes(case_id, "Sorry, I meant order W10002.")
        await expect(page.locator("#standing")).to_contain_text("there is a new draft")
        await expect(page.locator("#reply")).to_have_value("My own careful words.")
        await page.click("#approve")
        await expect(page.locator("#notice")).to_contain_text("moved on")
        await page.click("#fresh")
        await expect(page.locator("#kept")).to_have_text("My own careful words.")
        await expect(page.locator("#reply")).to_have_value("Thank you.")
    assert desk.shop.actions_for(case_id) == []


async def test_a_claim_keeps_others_from_deciding_until_it_ends(desk: Desk) -> None:
    case_id = await desk.held("2007")
    async with desk.person("rosa") as rosa, desk.person("lena") as lena:
        await desk.open(rosa, case_id)
        await desk.open(lena, case_id)
        await rosa.keyboard.press("c")
        await expect(rosa.locator("#standing")).to_contain_text("Yours for")
        await expect(lena.locator("#standing")).to_contain_text("With rosa")
        await lena.keyboard.press("a")
        await expect(lena.locator("#notice")).to_contain_text("rosa is looking at")
        case = await desk.until(case_id, lambda case: case.review is not None and case.review.claim is not None)
        assert case.review is not None
        assert case.review.claim is not None
        await asyncio.sleep(max(0.0, case.review.claim.until.timestamp() - datetime.now(UTC).timestamp()))
        await lena.keyboard.press("a")
        await expect(lena.locator("#undo")).to_be_visible()
    assert cleared(await desk.until(case_id, is_cleared)).reviewer == "lena"


async def test_above_an_amount_two_different_people_must_approve(desk: Desk) -> None:
    case_id = await desk.held("2008", "Please refund order W60001.")
    async with desk.person("rosa") as rosa:
        await desk.open(rosa, case_id)
        await rosa.keyboard.press("a")
        await expect(rosa.locator("#notice")).to_contain_text("more than you may approve (at most 200.00 EUR)")
    async with desk.person("lena") as lena, desk.person("omar") as omar:
        await desk.open(lena, case_id)
        await expect(lena.locator("#standing")).to_contain_text("Needs two people")
        await lena.keyboard.press("a")
        await expect(lena.locator("#decide")).to_contain_text("Approved, one of two")
        await desk.open(lena, case_id)
        await expect(lena.locator("#standing")).to_contain_text("One of two: lena approved")
        await expect(lena.locator("#decide")).to_contain_text("Somebody else must approve it too")
        await expect(lena.locator("#approve")).to_have_count(0)
        await desk.open(omar, case_id)
        await omar.keyboard.press("a")
        await expect(omar.locator("#undo")).to_be_visible()
    assert len((await desk.until(case_id, is_decided)).decisions) == 2


async def test_an_agent_reads_and_does_not_decide(desk: Desk) -> None:
    case_id = await desk.held("2009")
    async with desk.person("alex") as page:
        await desk.open(page, case_id)
        await expect(page.locator("#decide")).to_contain_text("deciding is for reviewers and leads")
        await expect(page.locator("#approve")).to_have_count(0)


async def test_with_the_engine_stopped_nothing_typed_is_lost_and_sending_it_again_works(
    desk: Desk, settings: Settings
) -> None:
    case_id = await desk.held("2010")
    wire = Wire(free_ports(1)[0], settings.temporal_address)
    await wire.mend()
    with open_desk(settings.model_copy(update={"temporal_address": wire.address})) as address:
        elsewhere = Desk(address=address, client=desk.client, ledger=desk.ledger, shop=desk.shop, browser=desk.browser)
        async with elsewhere.person("rosa") as page:
            await elsewhere.open(page, case_id)
            await page.keyboard.press("c")
            await expect(page.locator("#standing")).to_contain_text("Yours for")
            await page.fill("#reply", "Typed while all was well.")
            await wire.cut()
            await page.click("#approve")
            await expect(page.locator("#notice")).to_contain_text("Temporal", timeout=20_000)
            await expect(page.locator("#reply")).to_have_value("Typed while all was well.")
            await wire.mend()
            await page.click("#approve")
            await expect(page.locator("#undo")).to_be_visible(timeout=20_000)
    await wire.cut()
    decision = cleared(await desk.until(case_id, is_cleared))
    assert isinstance(decision, Edit)
    assert decision.reply == "Typed while all was well."


async def test_markup_in_a_ticket_stays_text(desk: Desk) -> None:
    attack = "Refund W10001 <script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    case_id = await desk.held("2011", attack)
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await expect(page.locator(".newest .text")).to_have_text(attack)
        assert "owned" not in await page.title()
        assert await page.locator("main script, main img").count() == 0


async def test_the_audit_is_judged_by_keyboard_and_one_verdict_leaves_the_other_forms_alone(
    desk: Desk, database: Database
) -> None:
    now = datetime.now(UTC)
    older, newer = (sampled_case(n, now - timedelta(days=days), sample_rate=0.05) for n, days in ((3, 2), (0, 1)))
    for case in (older, newer):
        await record_sampled(database, case)
    async with desk.person("lena") as page:
        await page.goto(f"{desk.address}/audit")
        await desk.ready(page)
        await page.fill(".sampled >> nth=1 >> [name=comment]", "Half a sentence")
        await page.keyboard.press("Escape")
        await page.keyboard.press("j")
        await expect(page.locator(".sampled .open").first).to_be_focused()
        for key in ("Tab", "Space", "ArrowRight", "Enter"):
            await page.keyboard.press(key)
        await expect(page.locator(".judged")).to_contain_text("Wrong facts. Kept.")
        await expect(page.locator(".judged")).to_be_focused()
        await expect(page.locator("#figures")).to_contain_text("1 of 2")
        await expect(page.locator(".sampled [name=comment]")).to_have_value("Half a sentence")
        await page.keyboard.press("j")
        await expect(page.locator(".sampled .open").last).to_be_focused()
    assert [turn.case_id for turn in await AuditBook(database).waiting(10)] == [newer.case_id]


@pytest.mark.parametrize("width", [390, 1440])
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    desk: Desk, database: Database, width: int
) -> None:
    case_id = await desk.held(f"20{width}")
    await record_sampled(database, sampled_case(6 * width, datetime.now(UTC), sample_rate=0.05))
    async with desk.person("lena", width=width) as page:
        for path in ("/", f"/cases/{case_id}", "/audit"):
            await page.goto(desk.address + path)
            found = await Axe().run(page)  # pyright: ignore[reportUnknownMemberType]
            assert found.violations_count == 0, found.generate_report()
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_rows_come_and_go_and_the_focus_stays(desk: Desk) -> None:
    first = await desk.held("2012")
    async with desk.person("lena") as page:
        await page.goto(desk.address)
        row = page.locator(f'[id="open-{first}"]')
        await row.focus()
        second = await desk.held("2013")
        await expect(page.locator(f'[id="open-{second}"]')).to_be_visible()
        await expect(row).to_be_focused()
        async with desk.person("rosa") as rosa:
            await desk.open(rosa, first)
            await rosa.keyboard.press("r")
            await rosa.click("#decide details[open] button.primary")
            await expect(rosa.locator("#undo")).to_be_visible()
        await desk.until(first, is_decided)
        await expect(row).to_have_count(0)
        assert await page.evaluate("document.activeElement.matches('a.open')")
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


async def test_keys_do_nothing_while_somebody_types(desk: Desk) -> None:
    case_id = await desk.held("2014")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await page.fill("#reply", "")
        await page.keyboard.type("a real cure")
        await expect(page.locator("#reply")).to_have_value("a real cure")
        await expect(page.locator("#approve")).to_be_visible()
    assert (await desk.until(case_id, lambda case: True)).decisions == ()


async def test_several_replies_are_rejected_together_and_money_never_is(desk: Desk) -> None:
    quiet = [await desk.held(f"300{n}", "A question: how long may I return things?") for n in range(2)]
    money = await desk.held("3002")
    async with desk.person("lena") as page:
        await page.goto(desk.address)
        await desk.ready(page)
        await expect(page.locator(f'[id="pick-{money}"]')).to_have_count(0)
        for case_id in quiet:
            await page.locator(f'[id="open-{case_id}"]').focus()
            await page.keyboard.press("x")
        await expect(page.locator("#chosen")).to_have_text("2")
        # Whoever sends more than the page offers is refused by the server.
        await page.evaluate(
            """(id) => document.querySelector("#bulk").insertAdjacentHTML("beforeend",
            `<input type="hidden" name="case" value="${id}">`)""",
            money,
        )
        await page.click("#bulk-bar button[value=reject]")
        await expect(page.locator("#notice")).to_contain_text("2 rejected")
        await expect(page.locator("#notice")).to_contain_text("It would do something")
    ended = [await desk.until(case_id, is_decided) for case_id in quiet]
    assert {case.outcome.reason.code for case in ended if case.outcome} == {ReasonCode.REJECTED}
    assert (await desk.until(money, lambda case: True)).stage is Stage.WAITING_FOR_REVIEW


async def test_without_scripts_everything_works_by_buttons(desk: Desk) -> None:
    case_id = await desk.held("3003")
    context = await desk.browser.new_context(java_script_enabled=False)
    page = await desk.sign_in(context, "rosa")
    await page.goto(f"{desk.address}/cases/{case_id}")
    await page.fill("#reply", "")
    await page.click("#approve")
    await expect(page.locator(".problem")).to_contain_text("Reply: is empty")
    await page.fill("#reply", "Typed without a script.")
    await page.click("#approve")
    await expect(page.locator("#decide")).to_contain_text("You decided: Edit")
    await page.click("#decide button.primary")
    await expect(page.locator("#approve")).to_be_visible()
    await context.close()
    assert desk.shop.actions_for(case_id) == []
