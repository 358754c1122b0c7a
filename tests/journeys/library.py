"""What hands do with recordings and templates in the browser."""

from base64 import b64encode

from playwright.sync_api import Locator, Page, expect

from .staff import confirm, labelled

DROP = """
([target, files]) => {
  const carried = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    carried.items.add(new File([bytes], name));
  }
  for (const step of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(step, { bubbles: true, cancelable: true, dataTransfer: carried }));
  }
}
"""


def drop(page: Page, files: dict[str, bytes]) -> None:
    """Drop *files* onto the page as a file manager does."""
    carried = [[name, b64encode(content).decode()] for name, content in files.items()]
    page.evaluate_handle(DROP, [page.locator(".drop").element_handle(), carried])


def upload(page: Page, files: dict[str, bytes]) -> Locator:
    """Drop *files* onto the page for uploads; the lines that say what became of them."""
    page.goto("/voice-files/")
    page.get_by_role("link", name="Upload recordings").click()
    drop(page, files)
    lines = page.locator("#uploads .upload")
    expect(lines.locator(".upload-words")).to_have_count(len(files))
    return lines


def write_template(page: Page, account: str, name: str, beginning: str, ending: str) -> None:
    """A new template with one variable, set by the button, between *beginning* and *ending*; not saved yet."""
    page.goto("/voice-templates/")
    page.get_by_role("link", name="New template").click()
    labelled(page, "Account").select_option(label=account)
    labelled(page, "Name").fill(name)
    labelled(page, "Text").fill(beginning)
    page.get_by_role("button", name="Insert a variable").click()
    labelled(page, "Text").press_sequentially(ending)
    expect(page.locator("#preview .bubble")).to_contain_text(ending)


def hand_in(page: Page) -> str:
    """Save the draft and hand it in. Returns the question that was asked."""
    page.get_by_role("button", name="Save draft").click()
    expect(badge(page)).to_have_text("Draft")
    return confirm(page, "Hand in")


def badge(page: Page) -> Locator:
    """The state beside the heading of a page."""
    return page.get_by_role("heading", level=1).locator(".state")
