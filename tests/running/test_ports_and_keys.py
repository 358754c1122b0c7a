"""Starting on a machine where something is in the way, or for the first time."""

import socket
import stat
from pathlib import Path

import pytest

from notifyadmin.running.keys import ensure_keys
from notifyadmin.running.ports import PortTaken, free_port, require_free


def test_a_port_in_use_is_named_with_the_setting_that_changes_it() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"Port {port} .* is in use.*SANDBOX_PORT={port + 1}"):
            require_free("127.0.0.1", port, "SANDBOX_PORT")


def test_a_free_port_can_be_listened_on() -> None:
    require_free("127.0.0.1", free_port(), "PORT")


def test_keys_are_made_once_and_readable_by_the_owner_only(settings, tmp_path: Path) -> None:
    settings.LOCAL_ENV = tmp_path / "local.env"
    settings.SECRET_KEY = "not-secret-yet"
    settings.CREDENTIAL_KEYS = []
    assert ensure_keys() is True
    written = settings.LOCAL_ENV.read_text()
    assert f"SECRET_KEY={settings.SECRET_KEY}" in written
    assert f"CREDENTIAL_KEYS={settings.CREDENTIAL_KEYS[0]}" in written
    assert stat.S_IMODE(settings.LOCAL_ENV.stat().st_mode) == 0o600
    assert ensure_keys() is False
    assert settings.LOCAL_ENV.read_text() == written
