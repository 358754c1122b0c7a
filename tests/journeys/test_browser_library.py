"""Voice files and voice templates in the browser: from a recording or a sentence to campaigns that use them."""

import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from campaigns.models.statuses import CampaignKind
from providers import registry
from providers.contract.abilities import Ability
from providers.sandbox.client import SandboxConsole
from providers.sandbox.mounts import rehearsals
from tests import audio

from .composing import begin, choose_template, paste
from .library import badge, hand_in, upload, write_template
from .stack import Run, until
from .staff import SMALL, WIDE, confirm, labelled, reload_until, too_wide_at

pytestmark = pytest.mark.browser
pytest_plugins = ["tests.journeys.browser"]
expect.set_options(timeout=45_000)

TAKER = next(found for found in registry.able_to(Ability.TAKES_VOICE_FILES) if found.slug in rehearsals())
REVIEWER = next(found for found in registry.able_to(Ability.REVIEWS_TEMPLATES) if found.slug in rehearsals())
# The sandbox pushes to one account of each provider, the one that the installation began with.
TAKING, REVIEWING = f"{TAKER.name} sandbox", f"{REVIEWER.name} sandbox"
LONG = audio.wav(seconds=30, rate=44100, channels=2)
"""More than a browser fetches before it is asked to go to the end."""


def answered(page: Page, count: int) -> None:
    """The page of a campaign that has begun asks for itself, until everybody is reached."""
    expect(page.locator("#progress .legend > *")).to_have_text([f"Delivered{count}"])


def test_dropped_recordings_are_kept_and_the_one_that_is_none_has_its_words(page: Page) -> None:
    lines = upload(page, {"hello.mp3": audio.mp3(), "list.mp3": audio.zipped(), "hours.m4a": audio.m4a()})
    bad = lines.filter(has_text="list.mp3")
    expect(bad).to_contain_text("Not taken")
    expect(bad.get_by_role("alert")).to_contain_text("MP3")
    for name in ("hello", "hours"):
        expect(lines.filter(has=page.get_by_role("link", name=name, exact=True))).to_contain_text("Uploaded")
    page.get_by_role("link", name="All voice files").click()
    expect(page.get_by_role("row", name="hello")).to_contain_text("Nowhere yet")
    expect(page.get_by_role("row", name="list")).to_have_count(0)
    # The newest first: both come before what the installation began with.
    expect(page.locator("td.name").nth(2)).to_contain_text("Chime, three seconds")

    again = upload(page, {"the same.mp3": audio.mp3()})
    expect(again).to_contain_text("Already here")
    expect(again.get_by_role("link", name="hello")).to_be_visible()
    assert too_wide_at(page, SMALL, WIDE) == []


def place_of(player: Locator) -> float:
    """Which second of the recording is heard."""
    return float(player.evaluate("sound => sound.currentTime"))


def test_a_recording_is_played_in_the_list_and_moved_to_a_later_place(page: Page) -> None:
    upload(page, {"long.wav": LONG})
    parts: list[Response] = []
    page.on("response", lambda answer: parts.append(answer) if "/sound/" in answer.url else None)
    page.get_by_role("link", name="All voice files").click()
    button = page.get_by_role("link", name="Play long")
    button.click()
    player = page.locator("#player audio")
    assert until(lambda: place_of(player) > 0.2, 20)
    expect(button).to_have_class(re.compile("playing"))
    player.evaluate("sound => { sound.currentTime = 29 }")
    assert until(lambda: place_of(player) > 29.2, 20)
    later = parts[-1]
    assert later.status == 206
    assert not str(later.request.header_value("range")).startswith("bytes=0-")
    button.click()
    expect(button).not_to_have_class(re.compile("playing"))


def test_a_recording_is_sent_to_an_account_and_a_campaign_plays_it(page: Page, console: SandboxConsole) -> None:
    upload(page, {"We are open again.wav": audio.wav(seconds=2)})
    page.get_by_role("link", name="We are open again").click()
    line = page.locator("#copies tbody tr", has_text=TAKING)
    expect(line.locator(".state")).to_have_text("Not there")
    line.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#messages")).to_contain_text(f"On its way to {TAKING}.")
    expect(line.locator(".state")).to_have_text("There")
    file_id = line.locator(".mono").inner_text().removeprefix("#")
    assert file_id in [file["id"] for file in console.files(TAKER.slug)]

    begin(page, "Open again", str(CampaignKind.VOICE_FILE.label), TAKING)
    page.get_by_label("Voice file").select_option(label="We are open again")
    page.get_by_role("button", name="Save and go on").click()
    number = rehearsals()[TAKER.slug].number_for(700)
    paste(page, [number])
    confirm(page, "Start")
    answered(page, 1)
    expect(badge(page)).to_have_text("Finished")
    # A call that names a file which the account does not have is refused.
    assert [row["number"] for row in console.ledger(TAKER.slug)].count(number) == 1


def test_a_campaign_waits_for_its_recording_and_goes_on_once_it_is_there(page: Page, console: SandboxConsole) -> None:
    upload(page, {"Snow today.mp3": audio.mp3(50)})
    begin(page, "Snow", str(CampaignKind.VOICE_FILE.label), TAKING)
    page.get_by_label("Voice file").select_option(label="Snow today (not at this account yet: will be sent first)")
    page.get_by_role("button", name="Save and go on").click()
    paste(page, [rehearsals()[TAKER.slug].number_for(701)])
    expect(page.locator(".check", has_text="Snow today")).to_contain_text("It is sent there first.")
    console.settings(answer_delay=2.5)
    confirm(page, "Start as soon as it can")
    expect(badge(page)).to_have_text("Waiting")
    expect(page.locator(".notice.s-held")).to_contain_text("“Snow today” is being sent to the account.")
    console.settings(answer_delay=0)
    reload_until(page, lambda: badge(page).inner_text() != "Waiting")
    answered(page, 1)


def write(page: Page, name: str, ending: str) -> None:
    write_template(page, REVIEWING, name, "您的包裹已到,取件码是", ending)


def test_what_only_looks_like_a_variable_is_shown_and_put_right(page: Page) -> None:
    write(page, "Locker", ",柜号[变量]。")
    literal = REVIEWER.template_variable
    hint = page.locator("#preview .hint")
    expect(hint).to_contain_text("“[变量]” is not a variable; it would be read out as it stands.")
    expect(page.locator("#preview .chip.miss")).to_have_text("[变量]")
    hint.get_by_role("button", name=f"Replace by {literal}").click()
    expect(page.locator("#preview")).to_contain_text("2 variables")
    expect(hint).to_have_count(0)
    expect(labelled(page, "Text")).to_have_value(f"您的包裹已到,取件码是{literal},柜号{literal}。")
    page.get_by_label("Variable 1").fill("1234")
    page.get_by_label("Variable 2").fill("7")
    expect(page.locator("#heard")).to_have_text("您的包裹已到,取件码是1234,柜号7。")


def test_a_template_is_handed_in_and_approved_by_a_push(page: Page) -> None:
    write(page, "Fine", "请注意查收。")
    expect(page.locator("#preview")).to_contain_text("1 variable")
    assert "cannot be changed afterwards" in hand_in(page)
    reload_until(page, lambda: badge(page).inner_text() == "Approved")
    expect(page.locator(".timeline")).to_contain_text("Approved by the provider")
    expect(page.locator(".timeline")).to_contain_text("pushed by the provider")
    page.get_by_role("link", name="Use in a campaign").click()
    expect(page.get_by_role("radio", name=str(CampaignKind.VOICE_TEMPLATE.label))).to_be_checked()


def test_a_rejected_template_says_why_and_so_does_the_draft_written_from_it(page: Page) -> None:
    write(page, "Refused", "驳回。")
    hand_in(page)
    reload_until(page, lambda: badge(page).inner_text() == "Rejected")
    expect(page.locator(".timeline")).to_contain_text("Rejected by the provider")
    words = "模板内容不符合要求,请修改后重新提交"
    expect(page.locator(".notice")).to_contain_text(words)
    page.get_by_role("link", name="Edit as new draft").click()
    expect(page.locator("#told")).to_contain_text(words)
    expect(labelled(page, "Text")).to_have_value(re.compile("驳回"))
    labelled(page, "Text").fill(f"您的包裹已到,取件码是{REVIEWER.template_variable},谢谢。")
    page.get_by_role("button", name="Save draft").click()
    expect(badge(page)).to_have_text("Draft")
    page.locator("dt:has-text('Written from') + dd").get_by_role("link").click()
    expect(badge(page)).to_have_text("Rejected")


def test_a_review_that_takes_too_long_is_told_and_its_end_written_down_by_hand(page: Page, stack: Run) -> None:
    write(page, "Forgotten", "待审。")
    hand_in(page)
    reload_until(page, lambda: badge(page).inner_text() == "In review")
    hand_in_earlier(stack, "Forgotten", timedelta(hours=30))
    page.goto("/voice-templates/")
    notice = page.locator(".notice", has_text="One review is overdue.")
    expect(notice).to_contain_text("Forgotten")
    expect(page.get_by_role("row", name="Forgotten")).to_contain_text("In review, overdue")
    assert too_wide_at(page, SMALL, WIDE) == []
    notice.get_by_role("link", name="Set state…").click()
    page.get_by_label("It is approved").check()
    labelled(page, "Note").fill("Seen in the console")
    page.get_by_role("button", name="Set state").click()
    expect(badge(page)).to_have_text("Approved")
    expect(page.locator(".timeline")).to_contain_text("Set by hand: Seen in the console")


def hand_in_earlier(stack: Run, name: str, by: timedelta) -> None:
    """Move a template's hand-in into the past, which no page can."""
    at = (datetime.now(UTC) - by).replace(tzinfo=None).isoformat(" ")
    with sqlite3.connect(stack.installation.database, timeout=20) as database:
        changed = database.execute(
            "UPDATE providers_voicetemplate SET submitted_at = ?, waiting_since = ? WHERE name = ?", (at, at, name)
        )
    assert changed.rowcount == 1


def test_a_campaign_waits_for_the_review_of_its_template_and_goes_on(
    page: Page, stack: Run, console: SandboxConsole
) -> None:
    """The review is made, and its push finds nobody: as long as that lasts, nobody here knows of it."""
    door = rehearsals()[REVIEWER.slug].review_door
    address = console.push_addresses(REVIEWER.slug)[door]
    console.set_push(REVIEWER.slug, {door: stack.installation.url + "/nobody/"})
    write(page, "Soon", "谢谢您。")
    hand_in(page)
    reload_until(page, lambda: badge(page).inner_text() == "In review")

    begin(page, "As soon as it is approved", str(CampaignKind.VOICE_TEMPLATE.label), REVIEWING)
    choose_template(page, "Soon (In review: will be waited for)", "{code}")
    page.get_by_role("button", name="Save and go on").click()
    paste(page, [rehearsals()[REVIEWER.slug].number_for(number) for number in (702, 703)])
    expect(page.locator(".check", has_text="The template Soon")).to_contain_text("in review at the provider")
    confirm(page, "Start as soon as it can")
    expect(badge(page)).to_have_text("Waiting")
    expect(page.locator(".notice.s-held")).to_contain_text("The template “Soon” is in review at the provider.")
    assert too_wide_at(page, SMALL, WIDE) == []
    console.set_push(REVIEWER.slug, {door: address})
    assert console.release() == 1
    reload_until(page, lambda: badge(page).inner_text() != "Waiting")
    answered(page, 2)
