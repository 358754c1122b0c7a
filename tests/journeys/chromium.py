"""Which browser is opened, and how."""

import shutil
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Playwright, Response

from .staff import WIDE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
ARGUMENTS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE = 45_000
"""Milliseconds until something that should appear counts as missing."""


def open_browser(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))


def new_context(browser: Browser, site: str, trouble: list[str], **more: Any) -> BrowserContext:
    """A browser of somebody, whose complaints are heard."""
    context = browser.new_context(base_url=site, viewport=WIDE, locale="en-US", timezone_id="Asia/Shanghai", **more)
    context.set_default_timeout(PATIENCE)
    context.on("console", lambda message: _hear(message, trouble))
    context.on("weberror", lambda error: trouble.append(f"{error.page and error.page.url}: {error.error}"))
    context.on("response", lambda response: _judge(response, trouble))
    return context


def _hear(message: ConsoleMessage, trouble: list[str]) -> None:
    # A breach of the content security policy is an error here too.
    if message.type in ("error", "warning"):
        trouble.append(f"{message.page and message.page.url}: {message.text}")


def _judge(response: Response, trouble: list[str]) -> None:
    if response.status >= 400:
        trouble.append(f"{response.request.method} {response.url}: {response.status}")
