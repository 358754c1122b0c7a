"""Looks into a running sandbox and sets it up, for tests and the demonstration."""

from collections.abc import Iterator, Mapping
from typing import Any

import requests

SECONDS = 30.0


class SandboxConsole:
    """The control API of the sandbox at *url*. Methods raise requests.HTTPError with the sandbox's words."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False

    def health(self) -> dict[str, Any]:
        """``ok``, ``providers`` (slug to mount) and ``pending_pushes``."""
        return self._call("GET", "health")

    def set_push(self, slug: str, addresses: Mapping[str, str]) -> None:
        """Type push addresses into the provider's console: door to URL."""
        self._call("PUT", f"{slug}/push", addresses)

    def push_addresses(self, slug: str) -> dict[str, str]:
        return self._call("GET", f"{slug}/push")

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change settings (none: only look) and return all of them."""
        return self._call("PUT", "settings", changes) if changes else self._call("GET", "settings")

    def reset(self) -> None:
        """Forget the ledger, templates, voice files, balances and owed pushes; keep settings and push addresses."""
        self._call("POST", "reset")

    def release(self) -> int:
        """Let every push that is owed fall due now, late ones too. Returns how many that are."""
        return int(self._call("POST", "release")["released"])

    def ledger(self, provider: str = "", endpoint: str = "") -> Iterator[dict[str, Any]]:
        """Every callee that was taken, oldest first."""
        return self._pages("ledger", provider, endpoint)

    def requests(self, provider: str = "", endpoint: str = "") -> Iterator[dict[str, Any]]:
        """Every request to a provider, accepted or refused, oldest first."""
        return self._pages("requests", provider, endpoint)

    def summary(self) -> list[dict[str, Any]]:
        """Counts per provider and endpoint."""
        rows: list[dict[str, Any]] = self._call("GET", "ledger/summary")["rows"]
        return rows

    def templates(self, slug: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._call("GET", f"{slug}/templates")["rows"]
        return rows

    def files(self, slug: str) -> list[dict[str, Any]]:
        """``id``, ``name`` and ``size`` in bytes of every voice file that was uploaded, oldest first."""
        rows: list[dict[str, Any]] = self._call("GET", f"{slug}/files")["rows"]
        return rows

    def reply(self, slug: str, number: str, text: str, reply_id: str = "") -> str:
        """Let *number* write back; returns the id of the reply, a new one unless given."""
        return str(self._call("POST", f"{slug}/reply", {"number": number, "text": text, "id": reply_id})["id"])

    def _pages(self, path: str, provider: str, endpoint: str) -> Iterator[dict[str, Any]]:
        since = 0
        while True:
            query = {"provider": provider, "endpoint": endpoint, "since_id": str(since), "limit": "5000"}
            page = self._call("GET", path, query=query)
            yield from page["rows"]
            if not page["rows"]:
                return
            since = page["last_id"]

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, query: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        response = self._session.request(
            method, f"{self.url}/_sandbox/{path}", json=body, params=query, timeout=SECONDS, allow_redirects=False
        )
        if not response.ok:
            raise requests.HTTPError(f"the sandbox answered {response.status_code}: {response.text}", response=response)
        answer: dict[str, Any] = response.json()
        return answer
