from collections.abc import Iterator

import pytest

from .running import QUICK, REHEARSALS, Form, Loop, Platform, Receiver, Running, start


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def shared(loop: Loop) -> Iterator[Running]:
    receiver = Receiver(loop)
    receiver.start()
    running = start(loop, receiver)
    yield running
    loop.run(running.sandbox.stop())
    receiver.stop()


@pytest.fixture
def running(shared: Running) -> Running:
    """The sandbox as on its first day."""
    shared.settle()
    shared.console.reset()
    shared.console.settings(**QUICK)
    for slug, rehearsal in REHEARSALS.items():
        shared.console.set_push(slug, {door: f"{shared.receiver.url}/{door}" for door in rehearsal.doors})
    shared.receiver.usual = (200, b"success")
    shared.receiver.says.clear()
    shared.receiver.pushed.clear()
    return shared


@pytest.fixture
def platform(running: Running) -> Platform:
    return Platform(running)


@pytest.fixture
def form(running: Running) -> Form:
    return Form(running)
