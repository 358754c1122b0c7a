"""Answers with evidence: what happened to one person, to one number, and what needs somebody."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from campaigns.models.statuses import CampaignKind
from providers.sandbox.client import SandboxConsole

from .composing import begin, paste
from .plays import PLAYS, Audience, Play
from .stack import Run
from .staff import SMALL, WIDE, confirm, too_wide_at
from .test_browser import choose_options, follow, look_and_start, read_list, write_content

pytestmark = pytest.mark.browser
pytest_plugins = ["tests.journeys.browser"]
expect.set_options(timeout=45_000)

GOLDEN = Path(__file__).parent / "golden"
UPDATE = bool(os.environ.get("NOTIFYADMIN_UPDATE_GOLDEN"))
"""Write the golden content anew, to be read by a person before it is kept."""

_VARIES = (
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}"), "TIME"),
    (re.compile(r"after [\d.]+ (ms|s)\b"), "after SOME TIME"),
    (re.compile(r"\b(?=\w*\d)[0-9a-z]{10}-\d+-\d+(-\d+)?\b"), "REFERENCE"),
    (re.compile(r"\b[0-9a-f-]{16,}\b"), "ID"),
    (re.compile(r"\+?\d{6,}"), "NUMBER"),
    (re.compile(r"push [\d,]+"), "push N"),
    (re.compile(r"lease \d+"), "lease N"),
    (re.compile(r"Cost [\d.]+"), "Cost AMOUNT"),
    (re.compile(r"Provider's id \S+\."), "Provider's id ID."),
)


def told(page: Page, play: Play) -> str:
    """The timeline as text, without what differs from run to run and what only one provider says."""
    lines: list[str] = []
    for moment in page.locator(".timeline > li").all():
        lines.append(f"{moment.locator('b').inner_text()} | {_by(moment)}".rstrip(" |"))
        lines += [f"  {note}" for note in moment.locator("p").all_inner_texts()]
        lines += [f"  [{pre.get_attribute('aria-label')}]" for pre in moment.locator("pre").all()]
    text = "\n".join(lines).replace(f"{play.gateway.name} sandbox", "ACCOUNT").replace("\xa0", " ")
    for pattern, word in _VARIES:
        text = pattern.sub(word, text)
    return text + "\n"


def _by(moment: Locator) -> str:
    by = moment.locator(".sub")
    return by.inner_text() if by.count() else ""


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: str(play.kind))
def test_the_timeline_of_somebody_of_each_kind_tells_the_whole_story(
    page: Page, console: SandboxConsole, play: Play
) -> None:
    audience = Audience(play.rehearsal)
    name = f"Evidence {play.kind.label}"
    begin(page, name, str(play.kind.label), f"{play.gateway.name} sandbox")
    write_content(page, play)
    read_list(page, audience)
    choose_options(page, play)
    look_and_start(page, play, audience)
    follow(page, console)
    page.locator("#results tbody tr").first.get_by_role("link").click()
    expect(page.locator(".timeline li").last).to_contain_text("Delivered")
    golden = GOLDEN / f"timeline_{play.kind}.txt"
    found = told(page, play)
    if UPDATE:
        golden.write_text(found)
    assert found == golden.read_text()
    first = audience.reached[0]
    expect(page.get_by_label("Request")).to_contain_text(first[-8:])
    expect(page.get_by_label("Pushed").first).not_to_be_empty()
    assert audience.missed[-8:] not in page.get_by_label("Pushed").first.inner_text()
    assert too_wide_at(page, SMALL, WIDE) == []
    on_paper(page, name)


def on_paper(page: Page, name: str) -> None:
    """What is printed names campaign, account, who and when, and has nothing to click."""
    paper = page.locator(".print-only")
    expect(paper).to_be_hidden()
    page.emulate_media(media="print")
    expect(paper).to_be_visible()
    expect(paper).to_contain_text(name)
    expect(paper).to_contain_text("Printed by")
    expect(page.locator(".side")).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.locator(".timeline")).to_be_visible()
    page.emulate_media(media="screen")


def test_a_number_is_found_from_any_page_and_suppressed_there(page: Page) -> None:
    play = next(play for play in PLAYS if play.kind == CampaignKind.VOICE_FILE)
    number = Audience(play.rehearsal).reached[0]
    page.goto("/overview/")
    box = page.get_by_role("searchbox", name="Find a number")
    box.fill(f"+{number[:4]} {number[4:8]}-{number[8:]}")
    box.press("Enter")
    page.wait_for_url("**/numbers/*/")
    expect(page.get_by_role("link", name=f"Evidence {play.kind.label}", exact=True)).to_be_visible()
    page.get_by_label("Note").fill("asked by phone")
    page.get_by_role("button", name="Put on the suppression list").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("On the suppression list")
    expect(page.get_by_text("asked by phone")).to_be_visible()
    confirm(page, "Take off the list")
    expect(page.get_by_text("Not on the list: campaigns may reach it.")).to_be_visible()
    assert too_wide_at(page, SMALL, WIDE) == []


def test_an_open_matter_is_counted_leads_to_its_solution_and_goes_with_its_cause(
    page: Page, console: SandboxConsole, stack: Run
) -> None:
    play = next(play for play in PLAYS if play.kind == CampaignKind.SMS)
    # Longer than a slow machine needs to show the page: it is to be paused while its request is under way.
    console.settings(answer_delay=20)
    begin(page, "To be paused", str(play.kind.label), f"{play.gateway.name} sandbox")
    page.get_by_label("Text").fill("Hello {code}")
    page.get_by_role("button", name="Save and go on").click()
    paste(page, [play.rehearsal.number_for(600 + place) for place in range(40)])
    confirm(page, "Start")
    page.get_by_role("button", name="Pause").click()
    state = page.get_by_role("heading", level=1).locator(".state")
    expect(state).to_have_text("Paused")
    badge = page.get_by_role("navigation", name="Main").locator(".count")
    expect(badge).to_contain_text("1")

    page.get_by_role("link", name="Activity").click()
    matter = page.locator(".matters li", has_text="To be paused")
    expect(matter).to_contain_text("Paused")
    assert too_wide_at(page, SMALL, WIDE) == []
    matter.get_by_role("link", name="Look and resume").click()
    console.settings(answer_delay=0)
    page.get_by_role("button", name="Resume").click()
    expect(state).not_to_have_text("Paused")
    expect(badge).to_have_count(0)
    page.get_by_role("link", name="Activity").click()
    expect(page.locator(".matters")).to_have_count(0)
    line = page.get_by_role("row", name=re.compile("To be paused.*", re.DOTALL)).filter(has_text="done ·")
    expect(line).to_contain_text(stack.login[0])
