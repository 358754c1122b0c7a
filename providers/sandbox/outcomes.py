"""What a magic number does to the answer on its way back. The numbers themselves stand in the contract's ``magic``."""

import asyncio
from collections.abc import Awaitable, Callable
from math import ceil

from aiohttp import web

from providers.contract.magic import Effect, Outcome
from providers.contract.rehearsal import Answer, Reply

from .settings import Settings

OVERSIZE = 6 * 1024 * 1024
PAGE = b"<!DOCTYPE html>\n<html><head><title>Service notice</title></head><body><h1>Service notice</h1></body></html>\n"
LOOKS_GONE_SECONDS = 0.1
ASKS_TO_WAIT = (429, 503)


def plain(reply: Reply) -> web.Response:
    return web.Response(status=reply.status, body=reply.body, headers={"Content-Type": reply.content_type})


async def respond(request: web.Request, answer: Answer, settings: Settings) -> web.StreamResponse:
    """Send the answer of a request, spoilt where a magic number asks for it."""
    outcome = answer.effect
    if outcome is None or outcome.effect is None:
        return plain(answer.reply)
    return await SPOIL[outcome.effect](request, answer, outcome, settings)


Spoiler = Callable[[web.Request, Answer, Outcome, Settings], Awaitable[web.StreamResponse]]


async def _http_error(request: web.Request, answer: Answer, outcome: Outcome, settings: Settings) -> web.Response:
    asks = settings.retry_after and outcome.http_status in ASKS_TO_WAIT
    headers = {"Retry-After": str(ceil(settings.retry_after))} if asks else {}
    return web.Response(status=outcome.http_status, body=PAGE, content_type="text/html", headers=headers)


async def _slow(request: web.Request, answer: Answer, outcome: Outcome, settings: Settings) -> web.Response:
    await asyncio.sleep(settings.slow_seconds)
    return plain(answer.reply)


async def _hang(request: web.Request, answer: Answer, outcome: Outcome, settings: Settings) -> web.Response:
    while request.transport is not None and not request.transport.is_closing():
        await asyncio.sleep(LOOKS_GONE_SECONDS)
    return web.Response()


async def _cut(request: web.Request, answer: Answer, outcome: Outcome, settings: Settings) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _cut_in_middle(
    request: web.Request, answer: Answer, outcome: Outcome, settings: Settings
) -> web.StreamResponse:
    body = answer.reply.body
    headers = {"Content-Type": answer.reply.content_type, "Content-Length": str(len(body))}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def _rubbish(request: web.Request, answer: Answer, outcome: Outcome, settings: Settings) -> web.Response:
    return web.Response(body=PAGE, content_type="text/html")


async def _empty(request: web.Request, answer: Answer, outcome: Outcome, settings: Settings) -> web.Response:
    return web.Response(headers={"Content-Type": answer.reply.content_type})


async def _wrong_type(request: web.Request, answer: Answer, outcome: Outcome, settings: Settings) -> web.Response:
    return web.Response(body=answer.reply.body, headers={"Content-Type": "text/html; charset=iso-8859-1"})


async def _broken(request: web.Request, answer: Answer, outcome: Outcome, settings: Settings) -> web.Response:
    body = answer.reply.body
    return web.Response(body=body[: len(body) * 2 // 3], headers={"Content-Type": answer.reply.content_type})


async def _redirect(request: web.Request, answer: Answer, outcome: Outcome, settings: Settings) -> web.Response:
    # Of the query only the method: a client may have put its key there.
    kept = {name: value for name, value in request.query.items() if name == "method"}
    return web.Response(status=307, headers={"Location": str(request.rel_url.with_query(kept))})


async def _oversized(request: web.Request, answer: Answer, outcome: Outcome, settings: Settings) -> web.Response:
    headers = {"Content-Type": answer.reply.content_type}
    return web.Response(body=answer.reply.body.ljust(OVERSIZE), headers=headers)


async def _bare(request: web.Request, answer: Answer, outcome: Outcome, settings: Settings) -> web.Response:
    return plain(answer.bare or answer.reply)


SPOIL: dict[Effect, Spoiler] = {
    Effect.HTTP_ERROR: _http_error,
    Effect.SLOW: _slow,
    Effect.HANG: _hang,
    Effect.CUT: _cut,
    Effect.CUT_IN_MIDDLE: _cut_in_middle,
    Effect.RUBBISH: _rubbish,
    Effect.EMPTY: _empty,
    Effect.WRONG_TYPE: _wrong_type,
    Effect.BROKEN: _broken,
    Effect.REDIRECT: _redirect,
    Effect.OVERSIZED: _oversized,
    Effect.BARE: _bare,
}
