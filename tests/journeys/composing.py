"""The steps of a new campaign, as hands take them in the browser."""

import re

from playwright.sync_api import Page, expect


def begin(page: Page, name: str, kind: str, account: str) -> None:
    """Name, kind by its label, and account; the page shows the content step afterwards."""
    page.goto("/overview/")
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Name").fill(name)
    radio = page.get_by_role("radio", name=kind)
    if not radio.is_checked():
        page.locator("#account-choice").evaluate("choice => choice.classList.add('of-another-kind')")
        radio.check()
    page.locator("#account-choice:not(.of-another-kind)").get_by_label("Account").select_option(label=account)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("[aria-current=step]")).to_have_text("2 Content")


def choose_template(page: Page, choice: str, value: str) -> None:
    """Choose a template; it brings its text, and only *value*, which stands for the variable, is the writer's."""
    page.get_by_label("Voice template").select_option(label=choice)
    area = page.get_by_label("Text")
    expect(area).not_to_have_value("")
    area.fill(re.sub(r"\{[^}]+\}", value, area.input_value()))
    expect(page.locator("#example")).to_contain_text("Matches the template")


def paste(page: Page, numbers: list[str]) -> None:
    """An audience with a column ``code``, counted from 1001, and on to the check."""
    lines = ["mobile,code", *(f"{number},{1001 + index}" for index, number in enumerate(numbers))]
    page.get_by_label("Paste a list").fill("\n".join(lines))
    page.get_by_role("button", name="Read the list").click()
    expect(page.locator("#messages")).to_contain_text(f"{len(numbers)} added")
    page.get_by_role("link", name="Go on to the check").click()
