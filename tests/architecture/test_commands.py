"""The commands of this project."""

import pytest
from django.core.management import get_commands, load_command_class

OURS = sorted(name for name, app in get_commands().items() if app in {"campaigns", "providers", "notifyadmin"})


@pytest.mark.parametrize("name", OURS)
def test_every_command_says_what_it_does_when_asked_for_help(name: str) -> None:
    command = load_command_class(get_commands()[name], name)
    assert command.help in " ".join(command.create_parser("manage.py", name).format_help().split())
