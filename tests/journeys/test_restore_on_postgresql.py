"""A restored backup reaches nobody twice: by the page of the documents, on a server.

In a file of its own, so that both databases are played side by side.
"""

import pytest

from . import restored

pytestmark = pytest.mark.journey


def test_a_restored_backup_reaches_nobody_twice_and_nobody_is_lost() -> None:
    restored.assert_nobody_is_reached_twice_and_nobody_is_lost("postgres")
