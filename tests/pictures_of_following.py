"""The pictures of a campaign under way, its recipients, one of them, a number, the reports and what needs a person."""

from itertools import cycle

from playwright.sync_api import Page, expect

from campaigns.models.statuses import CampaignKind
from providers.sandbox.client import SandboxConsole
from tests.camera import Camera, dismiss
from tests.journeys.composing import begin, choose_template, paste
from tests.journeys.library import badge
from tests.journeys.plays import PLAYS
from tests.journeys.stack import Run, until
from tests.journeys.staff import confirm

EARLIER, LATER = "Order pick-up reminder, October", "Order pick-up reminder, November"
FEW, MANY = 90, 960
"""So many that receipts arrive for a while, and so few that the list is read at once."""
HALF = 430

PLAY = next(play for play in PLAYS if play.kind == CampaignKind.VOICE_TEMPLATE)
FAMILIAR = 17
"""The place of somebody who was reached by both."""


def following(camera: Camera, run: Run) -> None:
    """Two campaigns to many of the same people; the second is looked at while its receipts arrive."""
    page = camera.page
    console = SandboxConsole(run.installation.sandbox_url)
    console.settings(receipt_delay=[0.1, 0.5])
    _start(page, EARLIER, FEW)
    expect(badge(page)).to_have_text("Finished", timeout=90_000)
    console.settings(receipt_delay=[3, 45])
    _start(page, LATER, MANY)
    assert until(lambda: _delivered(page) > HALF, 120)
    dismiss(page)
    camera.take("campaign", 980)
    here = page.url
    # Everybody else's receipt comes meanwhile.
    expect(page.locator("#progress .legend")).not_to_contain_text("Submitted", timeout=120_000)
    page.goto(f"{here}recipients/?state=undelivered")
    camera.take("recipients", 780)
    page.goto(f"{here}recipients/{FAMILIAR + 1}/")
    camera.take("recipient", 1010)
    _find(page, PLAY.rehearsal.number_for(FAMILIAR))
    camera.take("number", 640)
    page.goto("/reports/")
    camera.take("reports", 900)
    page.goto("/activity/")
    camera.take("activity", 780)


def _numbers(count: int) -> list[str]:
    """Most are reached; some are not, for every reason there is; of two nobody knows anything."""
    rehearsal = PLAY.rehearsal
    reached = rehearsal.success_code(PLAY.kind)
    reasons = cycle(own.name for own in rehearsal.own_outcomes if own.receipt_code not in ("", reached))
    names = [next(reasons) if place % 11 == 5 else "cut" if place in (207, 640) else "" for place in range(count)]
    return [rehearsal.number_for(place, name) for place, name in enumerate(names)]


def _start(page: Page, name: str, count: int) -> None:
    begin(page, name, "Voice template", f"{PLAY.gateway.name} sandbox")
    choose_template(page, PLAY.chosen["Voice template"], PLAY.text)
    page.get_by_role("button", name="Save and go on").click()
    paste(page, _numbers(count))
    confirm(page, "Start")


def _delivered(page: Page) -> int:
    counter = page.locator("#progress .legend > *", has_text="Delivered").first
    if not counter.count():
        return 0
    page.wait_for_timeout(200)
    return int(counter.locator("b").inner_text().replace(",", ""))


def _find(page: Page, number: str) -> None:
    page.goto("/overview/")
    box = page.get_by_role("searchbox", name="Find a number")
    box.fill(number)
    box.press("Enter")
    page.wait_for_url("**/numbers/*/")
