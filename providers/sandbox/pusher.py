"""Pushes receipts and reviews: three tries with growing gaps, in the order they fall due, a few at a time."""

import asyncio
import contextlib
import heapq
import itertools
import time
from collections.abc import Iterable, Mapping

import aiohttp

from providers.contract.rehearsal import Push, Rehearsal

from .ledger import Ledger, Pending
from .settings import Settings

AT_ONCE = 16
TRIES = 3
GAPS = (60.0, 120.0)
GROUP = 50
"""Most receipts in one push where a provider's form carries several."""
TIMEOUT = aiohttp.ClientTimeout(total=10)
SHORTEST_SLEEP = 0.002


class Pusher:
    """Owes pushes until their door's address acknowledges them or the tries are used up.

    A push that falls due while its door has no address is dropped, as a provider does without one.
    """

    def __init__(self, rehearsals: Mapping[str, Rehearsal], ledger: Ledger, settings: Settings) -> None:
        self._rehearsals = rehearsals
        self._ledger = ledger
        self._settings = settings
        self.addresses = ledger.addresses()
        self._owed: list[tuple[float, int, Pending]] = []
        self._ticket = itertools.count()
        self._due: asyncio.Queue[list[Pending]] = asyncio.Queue()
        self._wake = asyncio.Event()
        self._in_hand = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._client: aiohttp.ClientSession | None = None

    @property
    def pending(self) -> int:
        """Pushes that are owed and not finished."""
        return len(self._owed) + self._in_hand

    async def start(self, owed: Iterable[Pending]) -> None:
        """Begin to push, first what an earlier run left *owed*."""
        # A kept connection that the receiver closes at the wrong moment would cost a try.
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=1.0)
        self._client = aiohttp.ClientSession(
            connector=connector, timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        )
        for push in owed:
            self._schedule(push)
        self._tasks = [asyncio.create_task(self._work()) for _ in range(AT_ONCE)]
        self._tasks.append(asyncio.create_task(self._watch()))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client:
            await self._client.close()

    def add(self, push: Pending) -> None:
        """Owe a push from now on."""
        self._ledger.owe(push)
        self._schedule(push)

    async def push_now(self, pushes: Iterable[Pending]) -> None:
        """Make the first try of these at once and wait for it."""
        owed = list(pushes)
        for push in owed:
            self._ledger.owe(push)
        self._in_hand += len(owed)
        await asyncio.gather(*(self._deliver([push]) for push in owed))

    def release(self) -> int:
        """Let everything owed fall due now, in the order in which it would have. Returns how many pushes that are."""
        now = time.time()
        released = [push for _, _, push in sorted(self._owed)]
        for push in released:
            sooner = max(push.due - now, 0.0)
            push.due -= sooner
            push.happened_at -= sooner
        # Tickets below zero keep the order among them and leave the counter alone.
        self._owed = [(push.due, place - len(released), push) for place, push in enumerate(released)]
        self._wake.set()
        return len(released)

    def forget(self) -> None:
        """Drop everything owed that is not being pushed at this moment."""
        self._owed.clear()
        while not self._due.empty():
            self._in_hand -= len(self._due.get_nowait())

    def _schedule(self, push: Pending) -> None:
        heapq.heappush(self._owed, (push.due, next(self._ticket), push))
        if self._owed[0][2] is push:
            self._wake.set()

    async def _watch(self) -> None:
        while True:
            self._wake.clear()
            for group in self._grouped(self._ready(time.time())):
                self._due.put_nowait(group)
            rest = max(self._owed[0][0] - time.time(), SHORTEST_SLEEP) if self._owed else None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(rest):
                    await self._wake.wait()

    def _ready(self, now: float) -> list[Pending]:
        ready = []
        while self._owed and self._owed[0][0] <= now:
            ready.append(heapq.heappop(self._owed)[2])
        self._in_hand += len(ready)
        return ready

    def _grouped(self, ready: Iterable[Pending]) -> list[list[Pending]]:
        groups: list[list[Pending]] = []
        open_groups: dict[tuple[str, str], list[Pending]] = {}
        for push in ready:
            key = (push.provider, push.door)
            group = open_groups.get(key)
            if group is None or len(group) >= self._most(push):
                group = open_groups[key] = []
                groups.append(group)
            group.append(push)
        return groups

    def _most(self, push: Pending) -> int:
        several = self._settings.batch_form != "single" and self._rehearsals[push.provider].groups(push.door)
        return GROUP if several else 1

    async def _work(self) -> None:
        while True:
            await self._deliver(await self._due.get())

    async def _deliver(self, pushes: list[Pending]) -> None:
        first = pushes[0]
        url = self.addresses.get((first.provider, first.door), "")
        try:
            acknowledged = await self._post(url, self._written(pushes), first.provider) if url else False
        finally:
            self._in_hand -= len(pushes)
        for push in pushes:
            if url:
                self._settle(push, acknowledged)
            else:
                self._ledger.drop(push)

    def _settle(self, push: Pending, acknowledged: bool) -> None:
        now = time.time()
        push.tries += 1
        finished = acknowledged or push.tries >= TRIES
        if not finished:
            push.due = now + GAPS[push.tries - 1] * self._settings.gap_scale
            self._schedule(push)
        self._ledger.tried(push, now, acknowledged=acknowledged, finished=finished)

    def _written(self, pushes: list[Pending]) -> Push:
        rehearsal = self._rehearsals[pushes[0].provider]
        bodies = [self._content(rehearsal, push) for push in pushes]
        return rehearsal.push(pushes[0].door, bodies, self._settings.batch_form)

    def _content(self, rehearsal: Rehearsal, push: Pending) -> Mapping[str, object]:
        if push.taken and push.receipt:
            return rehearsal.receipt(push.taken, push.receipt, push.happened_at)
        return push.content

    async def _post(self, url: str, push: Push, provider: str) -> bool:
        if self._client is None:
            return False
        headers = {"Content-Type": push.content_type, **push.headers}
        try:
            async with self._client.post(url, data=push.body, headers=headers, allow_redirects=False) as answer:
                return self._rehearsals[provider].acknowledged(answer.status, await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return False
