"""A restored backup reaches nobody twice: by the page of the documents, on the embedded database."""

import pytest

from . import page, restored

pytestmark = pytest.mark.journey


def test_a_restored_backup_reaches_nobody_twice_and_nobody_is_lost() -> None:
    restored.assert_nobody_is_reached_twice_and_nobody_is_lost("sqlite")


def test_the_page_has_no_command_that_the_journeys_leave_out() -> None:
    found = [block for block in page.blocks() if block.language == "sh"]
    counted = {heading: sum(len(one.lines) for one in found if one.heading == heading) for heading in restored.BY_HAND}
    assert counted == restored.BY_HAND
    assert {block.language for block in page.blocks()} == {"sh", "crontab", "ini"}
    by_others = [
        line for block in page.blocks() if block.language != "sh" for line in block.lines if "manage.py" in line
    ]
    backup = "manage.py backup --to /srv/backups/notifyadmin"
    assert [line.partition(".venv/bin/python ")[2] for line in by_others] == [backup, backup]
