"""The door as tests meet it."""

from collections.abc import Iterator

import pytest

from providers.accounts import pushaddresses
from providers.models import Account
from providers.webhooks import receiving, uses
from tests.factories import FakeGateway, make_account
from tests.factories.pushes import wait_for_pushes


@pytest.fixture
def account(transactional_db: None, fake_gateway: FakeGateway) -> Account:
    return make_account()


@pytest.fixture
def path(account: Account, door: None) -> str:
    """Where the provider of the account pushes to."""
    return path_of(pushaddresses.issue(account))


@pytest.fixture
def door(transactional_db: None) -> Iterator[None]:
    """A door that knows nothing of earlier tests and leaves nothing to later ones."""
    uses._noted.clear()
    receiving.book().doubt()
    yield
    wait_for_pushes()


def path_of(issued: pushaddresses.Issued) -> str:
    return issued.doors[0].url.removeprefix("http://testserver")
