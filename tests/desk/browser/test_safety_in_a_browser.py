"""What must never happen at the desk, in a real browser: lost words, markup that runs, what nobody can read."""

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from bench.sampled_cases import record_sampled, sampled_case
from cases.review import Edit
from demo.embedded.ports import free_ports
from ledger.audits import AuditLedger
from ledger.database import Database
from starter.settings import Settings
from tests.desk.desk_door import open_desk
from tests.desk.forwarder import Wire
from tests.desk.outcomes import cleared, is_cleared
from tests.desk.stage import Desk


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
    assert [turn.case_id for turn in await AuditLedger(database).waiting(10)] == [newer.case_id]


@pytest.mark.parametrize("width", [390, 1440])
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    desk: Desk, database: Database, width: int
) -> None:
    case_id = await desk.held(f"20{width}")
    await record_sampled(database, sampled_case(6 * width, datetime.now(UTC), sample_rate=0.05))
    async with desk.person("lena", width=width) as page:
        for path in ("/", f"/cases/{case_id}", "/audit", "/password"):
            await page.goto(desk.address + path)
            found = await Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    async with desk.person("alex", width=width) as page:
        await page.goto(f"{desk.address}/cases/{case_id}")
        await expect(page.locator("#beyond")).to_be_visible()
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_on_a_phone_the_head_of_the_page_and_the_rungs_are_not_broken_into_letters(desk: Desk) -> None:
    case_id = await desk.held("2101")
    async with desk.person("lena", width=390) as page:
        await desk.open(page, case_id)
        await page.click(".rungs summary")
        lines = """parts => parts.map(part => {
            const range = document.createRange();
            range.selectNodeContents(part);
            return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
        })"""
        for told in ("body > header a:not(.brand)", ".rungs th", ".rungs td:first-child"):
            assert set(await page.locator(told).evaluate_all(lines)) == {1}, told
