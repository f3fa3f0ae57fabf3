"""The ways to decide besides yes and no, in a real browser, against the real workflow, engine and ledger."""

from playwright.async_api import Page, expect

from cases.classification import Team
from cases.outcome import OutcomeKind, Stage
from cases.review import AskAgain, AskCustomer
from tests.desk.outcomes import cleared, is_cleared, is_decided
from tests.desk.stage import Desk


async def unfold(page: Page, words: str) -> None:
    """Open one of the ways under the case, by its name."""
    await page.locator("#decide summary", has_text=words).click()


async def test_a_case_goes_to_another_team_and_its_reviewer_to_the_next_case(desk: Desk) -> None:
    case_id, other = await desk.held("4001"), await desk.held("4002")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await unfold(page, "More")
        await page.select_option("#team", Team.ACCOUNT_OPS)
        await page.click("#decide button:has-text('Reassign')")
        await expect(page.locator("#decide")).to_contain_text("Reassigned")
        await expect(page.locator("#next")).to_be_focused()
        await page.keyboard.press("j")
        await page.wait_for_url(f"**/{other}")
        await page.goto(f"{desk.address}/?team={Team.ACCOUNT_OPS}")
        await expect(page.locator(f'[id="line-{case_id}"]')).to_contain_text("account ops")
    case = await desk.until(case_id, lambda case: case.review is not None and case.review.team is Team.ACCOUNT_OPS)
    assert case.decisions == ()


async def test_the_customer_is_asked_in_the_reviewers_words_and_the_case_waits_for_the_answer(desk: Desk) -> None:
    case_id = await desk.held("4003")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await unfold(page, "Ask the customer")
        await page.fill("#question", "Which of the two tents do you mean?")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#decide")).to_contain_text("The customer is asked")
        asked = cleared(await desk.until(case_id, is_cleared))
        assert isinstance(asked, AskCustomer)
        await page.wait_for_url(lambda url: case_id not in url, timeout=20_000)
    case = await desk.until(case_id, lambda case: case.stage is Stage.WAITING_FOR_CUSTOMER)
    assert case.replies[-1].text.text == "Which of the two tents do you mean?"
    assert desk.shop.actions_for(case_id) == []


async def test_an_empty_question_is_not_sent(desk: Desk) -> None:
    case_id = await desk.held("4004")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await unfold(page, "Ask the customer")
        await page.fill("#question", "   ")
        await page.click("#decide details[open] button.primary")
        await expect(page.locator("#notice")).to_contain_text("Question")
        await expect(page.locator("#question")).to_be_visible()
    assert (await desk.until(case_id, lambda case: True)).decisions == ()


async def test_new_details_are_looked_up_and_a_new_draft_comes_of_them(desk: Desk) -> None:
    case_id = await desk.held("4005")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await unfold(page, "Look up again")
        await page.fill("#detail-dates", "yesterday")
        await page.click("#decide details[open] button.primary")
        await expect(page.locator("#notice")).to_contain_text("“yesterday” is not a date. Write it as 2026-11-18.")
        await page.fill("#detail-dates", "")
        await page.fill("#detail-orders", "W10077")
        await page.click("#decide details[open] button.primary")
        await expect(page.locator("#decide")).to_contain_text("Looked up again with your details")
    case = await desk.until(case_id, lambda case: case.review is not None and case.case_version > 0)
    assert isinstance(case.decisions[-1].decision, AskAgain)
    assert case.facts.orders[0].id == "W10077"
    assert case.stage is Stage.WAITING_FOR_REVIEW


async def test_who_takes_a_case_over_answers_it_and_signalbox_stands_back(desk: Desk) -> None:
    case_id = await desk.held("4006")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await unfold(page, "More")
        await page.click("#decide button:has-text('Take over')")
        await expect(page.locator("#decide")).to_contain_text("It is yours: answer in the helpdesk")
        case = await desk.until(case_id, is_decided)
        await desk.open(page, case_id)
        await expect(page.locator(".handoff")).to_contain_text("Taken over by rosa")
    assert case.outcome is not None
    assert case.outcome.kind is OutcomeKind.TAKEN_OVER
    assert desk.shop.actions_for(case_id) == []


async def test_a_released_claim_lets_others_decide_at_once(desk: Desk) -> None:
    case_id = await desk.held("4007")
    async with desk.person("rosa") as rosa, desk.person("lena") as lena:
        await desk.open(rosa, case_id)
        await desk.open(lena, case_id)
        await rosa.keyboard.press("c")
        await expect(lena.locator("#standing")).to_contain_text("With rosa")
        await expect(lena.locator("#claim")).to_have_count(0)
        await rosa.click("#release")
        await expect(rosa.locator("#claim")).to_contain_text("Claim")
        await expect(rosa.locator("#release")).to_have_count(0)
        assert await rosa.evaluate("document.activeElement !== document.body")
        await expect(lena.locator("#claim")).to_be_visible()
        await lena.keyboard.press("a")
        await expect(lena.locator("#undo")).to_be_visible()
    assert cleared(await desk.until(case_id, is_cleared)).reviewer == "lena"


async def answered(desk: Desk, number: str) -> str:
    """A refund whose reviewer has offered something else, and the customer has answered."""
    case_id = await desk.held(number)
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await unfold(page, "Ask the customer")
        await page.fill("#question", "Would a repair free of charge be all right?")
        await page.keyboard.press("Control+Enter")
        await desk.until(case_id, lambda case: case.stage is Stage.WAITING_FOR_CUSTOMER)
    await desk.customer_writes(case_id, "Yes please, that is fine.")
    return case_id


async def test_after_an_answer_the_first_request_is_not_ticked_and_an_approval_leaves_it_undone(desk: Desk) -> None:
    case_id = await answered(desk, "2301")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await expect(page.locator(".asked")).to_contain_text("Would a repair free of charge be all right?")
        await expect(page.locator(".asked")).to_contain_text("Yes please, that is fine.")
        await expect(page.locator("[name=do-0]")).not_to_be_checked()
        await expect(page.locator(".action.earlier")).to_contain_text("Asked for earlier")
        await page.keyboard.press("a")
        await expect(page.locator("#decide")).to_contain_text("Approved")
    await desk.until(case_id, is_decided)
    assert desk.shop.actions_for(case_id) == []


async def test_the_first_request_is_taken_up_by_a_tick_and_a_reply_in_other_words(desk: Desk) -> None:
    case_id = await answered(desk, "2302")
    async with desk.person("rosa") as page:
        await desk.open(page, case_id)
        await page.check("[name=do-0]")
        await page.keyboard.press("Escape")
        await page.click("#approve")
        await expect(page.locator("#notice")).to_contain_text("does not mention what you have ticked")
        await page.fill("#reply", "We send 120.00 EUR back to your card after all.")
        await page.click("#approve")
        await expect(page.locator("#decide")).to_contain_text("Approved as edited")
    case = await desk.until(case_id, is_decided)
    assert desk.shop.actions_for(case_id) == ["refund:pay_10001:review-2"]
    assert case.replies[-1].text.text == "We send 120.00 EUR back to your card after all."
