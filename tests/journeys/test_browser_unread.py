"""A review that nobody could read, in the browser: its words stand where it is waited for."""

import pytest
import requests
from playwright.sync_api import Page, expect

from providers import registry
from providers.contract.abilities import Ability
from providers.sandbox.client import SandboxConsole
from providers.sandbox.mounts import rehearsals

from .library import badge, hand_in, write_template
from .staff import SMALL, WIDE, labelled, reload_until, too_wide_at

pytestmark = pytest.mark.browser
pytest_plugins = ["tests.journeys.browser"]
expect.set_options(timeout=45_000)

REVIEWER = next(found for found in registry.able_to(Ability.REVIEWS_TEMPLATES) if found.slug in rehearsals())
NEVER_DECIDED = "待审。"


def test_a_review_that_cannot_be_read_is_shown_until_its_end_is_written_down(
    page: Page, console: SandboxConsole
) -> None:
    write_template(page, f"{REVIEWER.name} sandbox", "Odd words", "您的包裹已到,取件码是", NEVER_DECIDED)
    hand_in(page)
    reload_until(page, lambda: badge(page).inner_text() == "In review")
    address = console.push_addresses(REVIEWER.slug)[rehearsals()[REVIEWER.slug].review_door]
    answer = requests.post(address, files={"result": (None, "审核通过"), "note": (None, "x" * 200)}, timeout=10)
    assert answer.content == b"success"

    notice = page.locator("#unread-pushes")
    reload_until(page, lambda: notice.count() == 1)
    expect(notice).to_contain_text("审核通过")
    assert too_wide_at(page, SMALL, WIDE) == []
    page.goto("/voice-templates/")
    expect(notice).to_contain_text("审核通过")
    assert too_wide_at(page, SMALL, WIDE) == []
    notice.get_by_role("link", name="Look at the push").click()
    expect(page.locator("main")).to_contain_text("This push could not be read")

    page.goto("/voice-templates/")
    page.get_by_role("link", name="Odd words", exact=True).first.click()
    page.get_by_role("link", name="Set state…").first.click()
    page.get_by_label("It is approved").check()
    labelled(page, "Note").fill("Read in the push")
    page.get_by_role("button", name="Set state").click()
    expect(badge(page)).to_have_text("Approved")
    expect(notice).to_have_count(0)
