"""The queue and the keys, in a real browser, against the real workflow."""

from playwright.async_api import expect

from cases.outcome import Stage
from cases.reason import ReasonCode
from tests.desk.outcomes import is_decided
from tests.desk.stage import Desk


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
