"""What hands do that have no mouse: Tab, arrows, Enter."""

from playwright.sync_api import Locator, Page, expect

SEARCH_ENDS = 1500
"""Milliseconds without a key after which what is typed into a list of options is a new search."""


def go_to(page: Page, target: Locator) -> None:
    """Tab until *target* has the focus."""
    expect(target).to_be_visible()
    for _ in range(80):
        if target.evaluate("target => target === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached with Tab")


def write(page: Page, field: Locator, text: str) -> None:
    """Type into *field*, as fast as a paste: what is tested is that the keys get there."""
    go_to(page, field)
    page.keyboard.insert_text(text)
    expect(field).to_have_value(text)


def pick(page: Page, box: Locator, text: str) -> None:
    """Choose the option that begins with *text* by typing it; typed too slowly, a browser begins anew in the middle."""
    go_to(page, box)
    for _ in range(10):
        page.keyboard.type(text)
        if box.evaluate("box => box.selectedOptions[0].label").startswith(text):
            return
        page.wait_for_timeout(SEARCH_ENDS)
    raise AssertionError(f"{text} cannot be chosen by typing it")


def press(page: Page, button: str) -> None:
    """Press the button of this name with Enter."""
    go_to(page, page.get_by_role("button", name=button, exact=True))
    page.keyboard.press("Enter")


def choose_with_arrows(page: Page, radios: Locator, wanted: Locator) -> None:
    """Of a group, Tab finds the chosen one and the arrows the others."""
    chosen = next((radio for radio in radios.all() if radio.is_checked()), radios.first)
    go_to(page, chosen)
    if not chosen.is_checked():
        page.keyboard.press("Space")
    for _ in range(radios.count()):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    expect(wanted).to_be_checked()
