"""Which addresses are open, and that all others ask who is there and whether they may."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

OPEN = {"login", "health", "push"}
"""The only open doors. Signing out needs no permission of its own, and neither does choosing a language."""

NO_PERMISSION = {"logout", "language", "home"}


def patterns(
    resolver: URLResolver | None = None, prefix: str = "", names: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from patterns(pattern, route, inner)
        else:
            yield route, f"{names}{pattern.name}", pattern


def address(route: str) -> str:
    filled = route
    for part in ("<int:pk>", "<int:position>", "<int:address>", "<int:problem>"):
        filled = filled.replace(part, "1")
    import re

    filled = re.sub(r"<int:\w+>", "1", filled)
    filled = re.sub(r"<(slug|str):\w+>", "x", filled)
    return "/" + filled


ALL = sorted(patterns(), key=lambda found: found[0])


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "name"), [(route, name) for route, name, _ in ALL if name not in OPEN])
def test_every_other_address_sends_a_stranger_to_the_login(client: Client, route: str, name: str) -> None:
    for method in (client.get, client.post):
        answer = method(address(route))
        assert answer.status_code in (302, 405), (name, answer.status_code)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/login/"), (name, answer["Location"])


def test_every_page_names_the_permission_it_needs() -> None:
    missing = []
    for route, name, pattern in ALL:
        if name in OPEN | NO_PERMISSION:
            continue
        view = getattr(pattern.callback, "view_class", None)
        if not getattr(view, "permission_required", None):
            missing.append(route)
    assert missing == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("route", "name"), [(route, name) for route, name, _ in ALL if name not in OPEN | NO_PERMISSION]
)
def test_a_user_without_permissions_is_turned_away(client: Client, route: str, name: str) -> None:
    from tests.factories import make_user

    client.force_login(make_user())
    for method in (client.get, client.post):
        assert method(address(route)).status_code in (403, 405), name
