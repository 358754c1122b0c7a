"""The API under ``/_sandbox/`` by which people and tests look into the sandbox and set it up."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from .office import Office

MOST_ROWS = 10_000
CALLEE_COLUMNS = (
    "id, request_id, at, provider, endpoint, provider_id, number, ref, text, kind, verdict, code, tried, acknowledged,"
    " last_push_at"
)
SUMMARY_OF_REQUESTS = """
SELECT provider, endpoint, count(*) AS requests, sum(accepted) AS requests_accepted FROM requests
GROUP BY provider, endpoint ORDER BY provider, endpoint
"""
SUMMARY_OF_CALLEES = """
SELECT provider, endpoint, count(*) AS taken, count(DISTINCT number) AS distinct_numbers,
    sum(verdict = 'delivered') AS delivered, sum(verdict = 'undelivered') AS undelivered,
    sum(verdict = 'unknown') AS unknown, sum(verdict = 'contradictory') AS contradictory,
    sum(verdict = 'none') AS no_receipt, sum(tried) AS pushes_tried, sum(acknowledged) AS pushes_acknowledged
FROM callees GROUP BY provider, endpoint
"""
SUMMARY_OF_REPEATS = """
SELECT provider, endpoint, count(*) AS taken_twice FROM
    (SELECT provider, endpoint FROM callees GROUP BY provider, endpoint, number HAVING count(*) > 1)
GROUP BY provider, endpoint
"""
COUNTS = (
    "requests", "requests_accepted", "taken", "distinct_numbers", "taken_twice", "delivered", "undelivered", "unknown",
    "contradictory", "no_receipt", "pushes_tried", "pushes_acknowledged",
)  # fmt: skip


class Control:
    def __init__(self, office: Office) -> None:
        self._office = office

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_sandbox/health", self._health),
            web.get("/_sandbox/settings", self._settings),
            web.put("/_sandbox/settings", self._change_settings),
            web.post("/_sandbox/reset", self._reset),
            web.post("/_sandbox/release", self._release),
            web.get("/_sandbox/ledger", self._callees),
            web.get("/_sandbox/ledger/summary", self._summary),
            web.get("/_sandbox/requests", self._requests),
            web.get("/_sandbox/{slug}/push", self._addresses),
            web.put("/_sandbox/{slug}/push", self._set_addresses),
            web.get("/_sandbox/{slug}/templates", self._templates),
            web.get("/_sandbox/{slug}/files", self._files),
            web.post("/_sandbox/{slug}/reply", self._reply),
        ]

    async def _health(self, request: web.Request) -> web.Response:
        providers = {slug: rehearsal.base_path for slug, rehearsal in self._office.rehearsals.items()}
        return web.json_response({"ok": True, "providers": providers, "pending_pushes": self._office.pusher.pending})

    async def _settings(self, request: web.Request) -> web.Response:
        balances = {slug: desk.balance for slug, desk in self._office.desks.items()}
        return web.json_response({**self._office.settings.as_dict(), "balance": balances})

    async def _change_settings(self, request: web.Request) -> web.Response:
        changes = dict(await _object(request))
        balances = changes.pop("balance", {})
        self._check_balances(balances)
        try:
            self._office.settings.change(changes)
        except ValueError as error:
            raise _bad(str(error)) from None
        for slug, amount in balances.items():
            self._office.desks[slug].balance = float(amount)
        return await self._settings(request)

    def _check_balances(self, balances: Any) -> None:
        if not isinstance(balances, dict):
            raise _bad("balance is an object of provider and amount")
        for slug, amount in balances.items():
            self._known(slug)
            if isinstance(amount, bool) or not isinstance(amount, int | float) or amount < 0:
                raise _bad(f"the balance of {slug} is an amount")

    async def _reset(self, request: web.Request) -> web.Response:
        self._office.reset()
        return web.json_response({"ok": True})

    async def _release(self, request: web.Request) -> web.Response:
        return web.json_response({"released": self._office.pusher.release()})

    async def _callees(self, request: web.Request) -> web.Response:
        return self._rows(request, f"SELECT {CALLEE_COLUMNS} FROM callees")  # noqa: S608

    async def _requests(self, request: web.Request) -> web.Response:
        return self._rows(request, "SELECT * FROM requests")

    def _rows(self, request: web.Request, select: str) -> web.Response:
        values: list[Any] = [_whole(request, "since_id", 0)]
        sql = f"{select} WHERE id > ?"
        for name in ("provider", "endpoint"):
            if request.query.get(name):
                sql += f" AND {name} = ?"
                values.append(request.query[name])
        values.append(min(_whole(request, "limit", 1000), MOST_ROWS))
        rows = list(self._office.ledger.select(f"{sql} ORDER BY id LIMIT ?", values))
        return web.json_response({"rows": rows, "last_id": rows[-1]["id"] if rows else values[0]})

    async def _summary(self, request: web.Request) -> web.Response:
        lines: dict[tuple[str, str], dict[str, Any]] = {}
        for sql in (SUMMARY_OF_REQUESTS, SUMMARY_OF_CALLEES, SUMMARY_OF_REPEATS):
            for row in self._office.ledger.select(sql):
                key = (row["provider"], row["endpoint"])
                empty = {"provider": key[0], "endpoint": key[1], **dict.fromkeys(COUNTS, 0)}
                lines.setdefault(key, empty).update(row)
        return web.json_response({"rows": list(lines.values()), "pending_pushes": self._office.pusher.pending})

    async def _addresses(self, request: web.Request) -> web.Response:
        slug = self._known(request.match_info["slug"])
        addresses = self._office.pusher.addresses
        doors = self._office.rehearsals[slug].doors
        return web.json_response({door: addresses.get((slug, door), "") for door in doors})

    async def _set_addresses(self, request: web.Request) -> web.Response:
        slug = self._known(request.match_info["slug"])
        wanted = await _object(request)
        for door, url in wanted.items():
            if door not in self._office.rehearsals[slug].doors:
                raise _bad(f"{slug} has no door {door}")
            if not isinstance(url, str) or (url and not url.startswith(("http://", "https://"))):
                raise _bad(f"the address of {door} is not an http address")
        for door, url in wanted.items():
            self._office.set_address(slug, door, url)
        return await self._addresses(request)

    async def _templates(self, request: web.Request) -> web.Response:
        templates = self._office.desks[self._known(request.match_info["slug"])].templates()
        rows = [{"id": one.id, "text": one.text, "state": one.state, "words": one.words} for one in templates]
        return web.json_response({"rows": rows})

    async def _files(self, request: web.Request) -> web.Response:
        files = self._office.ledger.files(self._known(request.match_info["slug"]))
        return web.json_response({"rows": [{"id": one.id, "name": one.name, "size": one.size} for one in files]})

    async def _reply(self, request: web.Request) -> web.Response:
        slug = self._known(request.match_info["slug"])
        if not self._office.rehearsals[slug].reply_door:
            raise _bad(f"{slug} pushes no replies")
        wanted = await _object(request)
        number, text, reply_id = (wanted.get(name, "") for name in ("number", "text", "id"))
        if not (isinstance(number, str) and number.isdigit() and isinstance(text, str) and isinstance(reply_id, str)):
            raise _bad("a reply has a number in digits and a text, and may have an id")
        return web.json_response({"id": self._office.write_back(slug, number, text, reply_id=reply_id)})

    def _known(self, slug: str) -> str:
        if slug not in self._office.rehearsals:
            raise _bad(f"there is no provider {slug}", web.HTTPNotFound)
        return slug


async def _object(request: web.Request) -> Mapping[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _bad("the body is not a JSON object")
    return body


def _whole(request: web.Request, name: str, default: int) -> int:
    try:
        return int(request.query.get(name, default))
    except ValueError:
        raise _bad(f"{name} is not a whole number") from None


def _bad(words: str, kind: type[web.HTTPError] = web.HTTPBadRequest) -> web.HTTPError:
    return kind(text=words)
