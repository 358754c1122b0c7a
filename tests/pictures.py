"""The pictures of the documents, taken from the real application with its sandbox. Writes only ``docs/pictures/``.

python -m tests.pictures             all of them
python -m tests.pictures upload      those with this in their name
"""

import sqlite3
import sys
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect, sync_playwright

from providers.sandbox.client import SandboxConsole
from tests import audio
from tests.camera import FOLDER, Camera, dismiss, signed_in
from tests.journeys.chromium import open_browser
from tests.journeys.composing import begin, choose_template, paste
from tests.journeys.library import badge, hand_in, upload, write_template
from tests.journeys.stack import Run, running
from tests.journeys.staff import confirm, labelled, reload_until
from tests.pictures_of_following import following
from tests.pictures_of_people import MOST_UNAPPROVED, people

RECORDINGS = {
    "Opening hours.mp3": audio.mp3(480),
    "Your parcel is ready.m4a": audio.m4a(900),
    "Closed on Monday.wav": audio.wav(seconds=9, rate=16000),
    "Customers.mp3": audio.zipped(),
}
PARCEL = "您的包裹已到,取件码是"


def recordings(camera: Camera) -> None:
    """Uploads, one recording at three accounts with three fates, and the list."""
    page = camera.page
    upload(page, {"Opening hours.mp3": RECORDINGS["Opening hours.mp3"]})
    upload(page, RECORDINGS)
    camera.take("voice-files-upload", 720)
    page.get_by_role("link", name="Your parcel is ready").click()
    _send_to_all(page)
    page.goto("/voice-files/")
    page.get_by_role("link", name="Opening hours", exact=True).click()
    _describe(page, "Opening hours", tags="shop, every day")
    # The sandbox reads from the name what shall become of an upload.
    for name, place, state in (("Hours", 0, "There"), ("refused", 1, "Failed"), ("unclear-lost", 2, "Unclear")):
        _describe(page, name)
        line = page.locator("#copies tbody tr").nth(place)
        line.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator("#copies tbody tr").nth(place).locator(".state")).to_have_text(state)
    _describe(page, "Opening hours")
    expect(page.locator("#copies .state")).to_have_text(["There", "Failed", "Unclear"])
    dismiss(page)
    camera.take("voice-file", 730)
    page.goto("/voice-files/")
    camera.take("voice-files", 620)


def _send_to_all(page: Page) -> None:
    for box in page.locator("#copies").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Send to the ticked accounts").click()
    lines = page.locator("#copies tbody tr")
    expect(lines.locator(".state")).to_have_text(["There"] * lines.count())


def _describe(page: Page, name: str, tags: str = "") -> None:
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Name").fill(name)
    if tags:
        page.get_by_label("Tags").fill(tags)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def templates(camera: Camera, run: Run) -> None:
    """The editor with a hint, a rejection, an overdue review, the list, and a campaign that waits."""
    page = camera.page
    page.goto("/voice-templates/")
    page.get_by_role("link", name="New template").click()
    account = labelled(page, "Account").locator("option:checked").inner_text()
    write_template(page, account, "Locker", PARCEL, ",柜号[变量]。")
    expect(page.locator("#preview .hint")).to_be_visible()
    camera.take("voice-template-editor", 740)
    _reviewed(page, account, "Collection code", ",请注意查收。", "Approved")
    _reviewed(page, account, "Door code", ",驳回。", "Rejected")
    dismiss(page)
    camera.take("voice-template-rejected", 560)
    _reviewed(page, account, "Collection time", ",待审。", "In review")
    _compose(camera, run, account)
    _reviewed(page, account, "Delivery slot", ",谢谢,待审。", "In review")
    _hand_in_earlier(run, "Delivery slot", timedelta(hours=30))
    page.goto("/voice-templates/")
    camera.take("voice-templates", 850)


def _reviewed(page: Page, account: str, name: str, ending: str, state: str) -> None:
    write_template(page, account, name, PARCEL, ending)
    hand_in(page)
    reload_until(page, lambda: badge(page).inner_text() == state)


def _compose(camera: Camera, run: Run, account: str) -> None:
    page = camera.page
    begin(page, "Parcels of today", "Voice template", account)
    choose_template(page, "Collection time (In review: will be waited for)", "{code}")
    page.get_by_role("button", name="Save and go on").click()
    listed = (run.installation.folder / "example-audience.csv").read_text("utf-8-sig").splitlines()[1:13]
    paste(page, [line.partition(",")[0] for line in listed])
    confirm(page, "Start as soon as it can")
    expect(badge(page)).to_have_text("Waiting")
    dismiss(page)
    camera.take("campaign-waiting", 640)


def _hand_in_earlier(run: Run, name: str, by: timedelta) -> None:
    at = (datetime.now(UTC) - by).replace(tzinfo=None).isoformat(" ")
    with sqlite3.connect(run.installation.database, timeout=20) as database:
        database.execute(
            "UPDATE providers_voicetemplate SET submitted_at = ?, waiting_since = ? WHERE name = ?", (at, at, name)
        )


def composing(camera: Camera, run: Run) -> None:
    """Everything before a start."""
    SandboxConsole(run.installation.sandbox_url).settings(review_delay=0.3)
    recordings(camera)
    templates(camera, run)
    people(camera, run)


def main(wanted: str = "") -> int:
    FOLDER.mkdir(exist_ok=True)
    for play, most_unapproved in ((composing, MOST_UNAPPROVED), (following, 0)):
        with running(APPROVAL_RECIPIENTS=str(most_unapproved)) as run, sync_playwright() as playwright:
            browser = open_browser(playwright)
            play(Camera(signed_in(browser, run, *run.login), wanted), run)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
