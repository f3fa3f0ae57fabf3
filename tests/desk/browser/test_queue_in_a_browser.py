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


async def test_next_and_before_stay_within_the_filters_of_the_queue(desk: Desk) -> None:
    questions = [await desk.held(f"501{n}", "A question: how long may I return things?") for n in range(3)]
    refund = await desk.held("5013")
    async with desk.person("lena") as page:
        await page.goto(f"{desk.address}/?intent=faq_returns")
        await desk.ready(page)
        await expect(page.locator(f'[id="line-{refund}"]')).to_have_count(0)
        order = await page.locator("a.open").evaluate_all("links => links.map(link => link.id.slice('open-'.length))")
        assert set(questions) <= set(order)
        await page.locator("a.open").first.focus()
        await page.keyboard.press("Enter")
        for key, place in (("j", 1), ("j", 2), ("k", 1)):
            await desk.ready(page)
            await page.keyboard.press(key)
            await page.wait_for_url(f"**/cases/{order[place]}?intent=faq_returns")
        await desk.ready(page)
        await page.keyboard.press("a")
        await expect(page.locator("#undo")).to_be_focused()
        await page.keyboard.press("j")
        await page.wait_for_url(f"**/cases/{order[2]}?intent=faq_returns")
        await desk.ready(page)
        await page.keyboard.press("q")
        await page.wait_for_url("**/?intent=faq_returns")


async def test_every_key_of_the_help_does_what_it_says(desk: Desk) -> None:
    quiet = await desk.held("5020", "A question: how long may I return things?")
    async with desk.person("lena") as page:
        await page.goto(f"{desk.address}/?intent=faq_returns")
        await desk.ready(page)
        await page.keyboard.press("?")
        told = await page.locator("#help dt kbd").all_inner_texts()
        assert told == ["J", "K", "Enter", "A", "E", "R", "C", "U", "X", "Q", "?"]
        await page.keyboard.press("Escape")
        await expect(page.locator("#help")).not_to_be_visible()
        links = page.locator("a.open")
        await page.keyboard.press("j")
        await expect(links.nth(0)).to_be_focused()
        await page.keyboard.press("j")
        await page.keyboard.press("k")
        await expect(links.nth(0)).to_be_focused()
        await page.locator(f'[id="open-{quiet}"]').focus()
        await page.keyboard.press("x")
        await expect(page.locator("#chosen")).to_have_text("1")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/cases/*5020?intent=faq_returns")
        await desk.ready(page)
        await page.keyboard.press("r")
        await expect(page.locator("#reject-reason")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator("details[name=decide][open]")).to_have_count(0)
        await page.keyboard.press("c")
        await expect(page.locator("#standing")).to_contain_text("Yours for")
        await page.keyboard.press("c")
        await expect(page.locator("#standing")).to_contain_text("Yours for")
        await page.keyboard.press("e")
        await expect(page.locator("#reply")).to_be_focused()
        await page.keyboard.press("Escape")
        await page.keyboard.press("a")
        await expect(page.locator("#undo")).to_be_focused()
        await page.keyboard.press("u")
        await expect(page.locator("#approve")).to_be_visible()
        await page.keyboard.press("q")
        await page.wait_for_url("**/?intent=faq_returns")


async def test_times_are_told_in_the_time_of_whoever_reads(desk: Desk) -> None:
    case_id = await desk.held("5030")
    context = await desk.browser.new_context(timezone_id="Asia/Kathmandu")
    page = await desk.sign_in(context, "lena")
    await desk.open(page, case_id)
    written = page.locator(".newest time")
    await expect(written).to_have_text("05 Jan 14:45")
    await expect(written).to_have_attribute("title", "05 Jan 09:00 UTC")
    await context.close()
