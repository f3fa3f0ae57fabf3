"""Deciding one case in a real browser, against the real workflow, engine and ledger."""

import re

from playwright.async_api import expect

from cases.action import Refund
from cases.outcome import OutcomeKind, Stage
from cases.review import Edit
from tests.desk.outcomes import cleared, is_cleared, is_decided
from tests.desk.stage import Desk


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
    assert all(desk.shop.actions_for(case_id) == ["refund:pay_10001:m1"] for case_id in cases)


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


async def test_a_double_click_decides_once(desk: Desk) -> None:
    case_id = await desk.held("2004")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await page.dblclick("#approve")
        await expect(page.locator("#decide")).to_contain_text("Approved")
        await expect(page.locator("#notice")).to_be_empty()
    assert desk.shop.actions_for((await desk.until(case_id, is_decided)).case_id) == ["refund:pay_10001:m1"]


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


async def test_an_agent_approves_a_reply(desk: Desk) -> None:
    case_id = await desk.held("2009", "A question: how long may I return things?")
    async with desk.person("alex") as page:
        await desk.open(page, case_id)
        await page.keyboard.press("a")
        await expect(page.locator("#undo")).to_be_focused()
    assert cleared(await desk.until(case_id, is_cleared)).reviewer == "alex"


async def test_an_agent_who_may_not_approve_is_told_why_and_who_may_and_can_still_reject(desk: Desk) -> None:
    case_id = await desk.held("2015")
    async with desk.person("alex") as page:
        await desk.open(page, case_id)
        await expect(page.locator("#beyond")).to_contain_text("120.00 EUR is more than you may approve")
        await expect(page.locator("#beyond")).to_contain_text("Lena Lead, Omar Lead and Rosa Reviewer can.")
        await page.keyboard.press("a")
        await expect(page.locator("#notice")).to_contain_text("Nothing was done.")
        await page.keyboard.press("r")
        await page.click("#decide details[open] button.primary")
        await expect(page.locator("#undo")).to_be_visible()
    assert cleared(await desk.until(case_id, is_cleared)).decision == "reject"


async def test_who_keeps_signalbox_running_reads_and_does_not_decide(desk: Desk) -> None:
    case_id = await desk.held("2016")
    async with desk.person("pete") as page:
        await desk.open(page, case_id)
        await expect(page.locator("#decide")).to_contain_text("deciding is for agents, reviewers and leads")
        await expect(page.locator("#approve")).to_have_count(0)
