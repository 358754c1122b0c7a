"""Processes as copies of the supervisor, and as programs of their own where copies are not safe: the same promises."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from notifyadmin.running import forking
from notifyadmin.running.supervisor import PROJECT, Service, Supervisor

COPIES, EXECUTES = "copies", "executes"


@pytest.fixture(scope="module", params=[COPIES, EXECUTES])
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp(request.param)
    environment = os.environ | {"NOTIFYADMIN_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "notifyadmin.settings"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.running.starting_story", str(folder), request.param],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {"way": request.param, "folder": folder, **json.loads(done.stdout.splitlines()[-1])}


def test_each_is_a_process_of_its_own_with_its_command_and_its_environment(story: dict[str, Any]) -> None:
    first, second = story["first"], story["second"]
    assert len({story["parent"], first["pid"], second["pid"]}) == 3
    for name, seen in (("first", first), ("second", second)):
        assert seen["session"] == seen["pid"]
        assert seen["argv"] == [str(story["folder"] / name)]
        assert Path(seen["main"]) == PROJECT / "tests" / "running" / "copied.py"
        assert (seen["folder"], seen["given"], seen["term"]) == (str(PROJECT), name, True)
    assert second["nice"] == first["nice"] + 5


def test_none_holds_what_the_supervisor_holds(story: dict[str, Any]) -> None:
    for name in ("first", "second"):
        seen = story[name]
        assert set(seen["files"]) <= {"/dev/null"}
        assert (seen["input"], seen["output"]) == ("/dev/null", str(story["folder"] / "log" / f"{name}.log"))
    assert story["first"]["random"] != story["second"]["random"]
    assert (story["folder"] / "held").read_text() == "the end\n"


def test_a_signal_ends_it_and_a_killed_one_is_started_again(story: dict[str, Any]) -> None:
    assert story["revived"]["killed"] == story["first"]["pid"]
    assert story["revived"]["again"]["pid"] not in (story["first"]["pid"], story["parent"])
    assert story["ends"] == {"first": -15, "second": -15}


def test_one_that_ends_by_itself_is_told_with_its_status_and_its_words(story: dict[str, Any]) -> None:
    assert "broken ended with status 3" in story["words"]
    assert "the reason" in story["words"]


def test_a_copy_has_what_was_imported_and_is_found_by_its_name(story: dict[str, Any]) -> None:
    seen = story["first"]
    assert seen["was_set_up"] is (story["way"] == COPIES)
    if story["way"] == COPIES:
        assert (seen["command"], seen["name"]) == ("notifyadmin first", "first")
    else:
        assert seen["command"].startswith(sys.executable)


def test_beside_a_thread_nothing_is_copied(tmp_path: Path) -> None:
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        assert not forking.is_safe()
        with Supervisor(tmp_path / "log", copies=True) as supervisor:
            supervisor.start(Service("other", [sys.executable, "-m", "tests.running.copied", str(tmp_path / "other")]))
            assert isinstance(supervisor.processes["other"], subprocess.Popen)
    finally:
        over.set()
        thread.join()
