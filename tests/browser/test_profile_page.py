"""A profile in a real browser: short on a phone, whole on paper."""

from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.surveys.results_cases import hand_worked_response, score


def test_details_are_folded_on_a_phone_and_whole_on_paper(app, signed_in):
    account, response, _wave = hand_worked_response()
    score(response)
    page = signed_in(account, viewport=PHONE)
    page.goto(f"/profile/{response.public_id}")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    folded = page.get_by_text("Получилось в заданиях:")
    expect(folded).not_to_have_count(0)
    expect(folded.first).to_be_hidden()
    page.locator("details.fold > summary", has_text="Безопасность").click()
    assert [words.is_visible() for words in folded.all()].count(True) <= 1

    page.emulate_media(media="print")
    assert all(words.is_visible() for words in folded.all())
    expect(page.get_by_role("columnheader", name="Самооценка")).to_be_visible()
