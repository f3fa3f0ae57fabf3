"""Several people, and the customer, at one case: in real browsers, against the real workflow."""

import asyncio
from datetime import UTC, datetime

from playwright.async_api import expect

from tests.desk.outcomes import cleared, is_cleared, is_decided
from tests.desk.stage import Desk


async def test_of_two_reviewers_the_second_hears_who_was_first_and_keeps_what_was_typed(desk: Desk) -> None:
    case_id = await desk.held("2003")
    async with desk.person("rosa") as rosa, desk.person("lena") as lena:
        await desk.open(rosa, case_id)
        await desk.open(lena, case_id)
        await lena.fill("#reply", "Lena's own words.")
        await rosa.keyboard.press("a")
        await expect(rosa.locator("#undo")).to_be_visible()
        await expect(lena.locator("#standing")).to_contain_text("rosa decided: approve, carried out at")
        await lena.click("#approve")
        await expect(lena.locator("#notice")).to_contain_text("rosa")
        await expect(lena.locator("#reply")).to_have_value("Lena's own words.")
    assert cleared(await desk.until(case_id, is_cleared)).reviewer == "rosa"


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
