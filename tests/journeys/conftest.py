"""After every journey the numbers add up."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def numbers_add_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a journey in this process has done, every counter and every page agrees with the recipients."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None:
        yield
        return
    # Before the database is emptied again, which that fixture does at its end.
    request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
    yield
    from campaigns.counters.recounts.recount import differences
    from tests.adding_up import disagreements

    assert [str(one) for off in differences() for one in off] == []
    assert disagreements() == []
