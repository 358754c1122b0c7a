"""Fixtures for all tests."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connection

from providers import registry
from tests import departures, prepared
from tests.factories import FAKE_SLUG, FakeGateway

REQUIRED = set(filter(None, os.environ.get("NOTIFYADMIN_TEST_REQUIRE", "").split(",")))
"""Parts that must be there: with ``browser`` in it, a test without a browser fails where it would be skipped."""


def pytest_configure(config: pytest.Config) -> None:
    """After a test with transactions of its own, Django empties all tables and makes every permission anew, which takes
    longer than most of these tests. Permissions are the same for all of them, so they stay; and PostgreSQL deletes a few
    rows much faster than it truncates fifty tables."""
    flush.sql_flush = _all_but_permissions
    flush.emit_post_migrate_signal = lambda *args, **kwargs: None
    config.addinivalue_line("markers", "only_on(vendor): of one database (sqlite, postgresql); not collected elsewhere")
    if config.getoption("markexpr").startswith("journey") and not prepared.are_given():
        prepared.make()
        config.add_cleanup(prepared.clear)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A run of some marks does not import the files in which none of them stands: most of its time went there."""
    words = re.findall(r"\w+", config.getoption("markexpr"))
    wanted = set(words) - {"or"}
    if not wanted or not wanted <= {"stores", "journey", "browser"} or not collection_path.name.startswith("test_"):
        return None
    return None if any(f"mark.{word}" in collection_path.read_text() for word in wanted) else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is of the other database is no test of this run, rather than one that is skipped."""
    elsewhere = [
        item for item in items if any(connection.vendor not in mark.args for mark in item.iter_markers("only_on"))
    ]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in set(elsewhere)]


def _all_but_permissions(style: Any, connection: Any, **options: Any) -> list[str]:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    emptied = [table for table in tables if table not in {"django_content_type", "auth_permission"}]
    # Whoever is deleted is counted out, so the counts have to be emptied afterwards.
    emptied.sort(key=lambda table: table != "campaigns_recipient")
    if connection.vendor != "postgresql":
        return list(connection.ops.sql_flush(style, emptied, **options))
    # Without triggers, which would count what is deleted, and without asking who refers to it.
    deletes = [f"DELETE FROM {connection.ops.quote_name(table)}" for table in emptied]  # noqa: S608
    return ["SET LOCAL session_replication_role = replica", "; ".join(deletes)]


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None, django_db_keepdb: bool) -> bool:
    """Tables that were made for all are copied, and Django only sees that nothing is missing in them."""
    if connection.vendor != "sqlite" or not prepared.are_given():
        return django_db_keepdb
    test_database = Path(connection.settings_dict["TEST"]["NAME"])
    prepared.put_into(test_database.parent, test_database.name)
    return True


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real password hashes are slow on purpose; no test is about them."""
    monkeypatch.setattr(settings, "PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"])


@pytest.fixture
def fake_gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    """The fake provider, known to the registry besides the real ones."""
    gateway = FakeGateway()
    real_get, real_all = registry.get, registry.all_gateways
    monkeypatch.setattr(registry, "get", lambda slug: gateway if slug == FAKE_SLUG else real_get(slug))
    monkeypatch.setattr(registry, "all_gateways", lambda: (gateway, *real_all()))
    monkeypatch.setattr(
        registry, "able_to", lambda ability: tuple(g for g in registry.all_gateways() if g.able_to(ability))
    )
    return gateway


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of the tasks that would have been published; no test needs a broker to write to."""
    names: list[str] = []
    from celery import Celery

    monkeypatch.setattr(Celery, "send_task", lambda self, name, *args, **kwargs: names.append(name))
    yield names


@pytest.fixture(autouse=True)
def records_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What left in another test is unknown to the database of this one, which would rightly be sent from no more."""
    from campaigns.sending.tripwire.guard import guard

    monkeypatch.setattr(settings, "DEPARTURES_FOLDER", settings.DEPARTURES_FOLDER)
    departures.begin_anew()
    yield
    guard.close()


def require(part: str, present: bool, reason: str) -> None:
    """Skip when *part* is missing, or fail when the run was told to require it."""
    if not present:
        (pytest.fail if part in REQUIRED else pytest.skip)(reason)
