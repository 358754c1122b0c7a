"""The server side of HTTP as common web servers are: they take addresses as clients write them, and repeat no secrets.

What cannot be read at all is answered without a word of it, since a line that nobody could read may hold a key.
"""

import re
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web

_REQUEST_LINE = re.compile(rb"((?:GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH) )([^\r\n]*)( HTTP/1\.[01]\r?\n)")
_UNESCAPED = re.compile(rb"[^!-~]")


def with_escaped_address(data: bytes) -> bytes:
    """*data* with the address of a request line at its beginning escaped where a client left out to do so.

    Documents print addresses with Chinese words and blanks in them, and clients send them just so.
    """
    line = _REQUEST_LINE.match(data)
    if line is None or _UNESCAPED.search(line[2]) is None:
        return data
    address = _UNESCAPED.sub(lambda sign: b"%%%02X" % sign[0][0], line[2])
    return line[1] + address + line[3] + data[line.end() :]


class Handler(web.RequestHandler):
    """One connection."""

    def data_received(self, data: bytes) -> None:
        super().data_received(with_escaped_address(data))

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Say that something went wrong, here and in the log, in words that hold nothing of the request."""
        places = (
            "".join(traceback.format_tb(exc.__traceback__))
            if exc and status == HTTPStatus.INTERNAL_SERVER_ERROR
            else ""
        )
        self.logger.error("A request was answered with %s because of %s\n%s", status, type(exc).__name__, places)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer had begun")
        response = web.Response(status=status, text=f"{status} {HTTPStatus(status).phrase}\n")
        response.force_close()
        return response


class _Server(web.Server):
    def __init__(self, handler: Callable[..., Any], options: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(handler, **kwargs, **options)
        self._options = options

    def __call__(self) -> web.RequestHandler:
        return Handler(self, loop=self._loop, **self._options)


class Runner(web.AppRunner):
    """Serves an application by :class:`Handler`; *options* are those of a request handler."""

    def __init__(self, app: web.Application, **options: Any) -> None:
        super().__init__(app, **options)
        self._options = options

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        options = {name: value for name, value in self._options.items() if name != "shutdown_timeout"}
        return _Server(made.request_handler, options, request_factory=made.request_factory)
