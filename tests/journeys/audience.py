"""What hands do with lists of people in the browser, and with the rows that were left out of them."""

import csv
import io
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from .stack import PROJECT, Run
from .staff import labelled


def choose_file(page: Page, name: str, content: bytes) -> None:
    """Choose a file on the page that takes lists; nothing is pressed yet."""
    page.locator("#list-file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def written(rows: list[list[str]], encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    """A file of *rows* as a spreadsheet saves it."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def download_left_out(page: Page) -> list[list[str]]:
    """The rows that were left out, as the file to correct has them."""
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download to correct").click()
    saved = Path(downloading.value.path())
    return list(csv.reader(io.StringIO(saved.read_text("utf-8-sig"), newline="")))


def counts(page: Page) -> dict[str, str]:
    """What became of the rows of the list that is shown, label to number."""
    parts = page.locator("#result .legend > *")
    expect(parts.first).to_be_visible()
    return {part.locator(".state").inner_text(): part.locator("b").inner_text() for part in parts.all()}


def suppress(page: Page, *numbers: str) -> None:
    """Put *numbers* on the suppression list by hand, for calls and messages."""
    page.goto("/suppression/")
    page.get_by_role("link", name="Add numbers").last.click()
    labelled(page, "Numbers").fill("\n".join(numbers))
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("added")


def column(page: Page, title: str) -> Locator:
    """The line of a column on the page that asks what columns mean."""
    return page.locator("li.column").filter(has=page.locator(".column-seen b", has_text=title))


def make_user(run: Run, name: str, password: str, *permissions: str) -> None:
    """A user with nothing but these permissions, as whoever runs the installation makes one."""
    script = (
        "from django.contrib.auth.models import Permission, User\n"
        f"user = User.objects.create_user({name!r}, password={password!r})\n"
        f"user.user_permissions.set(Permission.objects.filter(codename__in={permissions!r}))\n"
    )
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", script],
        cwd=PROJECT,
        env=run.installation.environment(),
        check=True,
        capture_output=True,
    )
