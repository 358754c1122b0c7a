"""A supervisor in a process of its own, which has what a copy must not have: files, a connection, handlers, an end.

    python -m tests.running.starting_story FOLDER (copies|executes)

Prints what it saw as one JSON object.
"""

import atexit
import json
import os
import random
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import django

from notifyadmin.running.supervisor import Service, ServiceDied, Supervisor

FOLDER = Path(sys.argv[1])


def service(name: str, *arguments: str, **more: Any) -> Service:
    command = [sys.executable, "-m", "tests.running.copied", str(FOLDER / name), *arguments]
    return Service(name, command, {"GIVEN": name}, ready=(FOLDER / name).exists, **more)


def facts(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


def revived(supervisor: Supervisor) -> dict[str, object]:
    """One that is killed with -9 is there again, and is another."""
    killed = supervisor.processes["first"].pid
    (FOLDER / "first").unlink()
    os.kill(killed, signal.SIGKILL)
    while not (FOLDER / "first").exists():
        supervisor.revive()
        time.sleep(0.02)
    return {"killed": killed, "again": facts("first")}


def main() -> None:
    django.setup()
    from django.db import connection

    connection.ensure_connection()
    held = (FOLDER / "held").open("w")
    taken = socket.create_server(("127.0.0.1", 0))
    atexit.register(lambda: held.write("the end\n"))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    random.seed(1)
    told: dict[str, object] = {"parent": os.getpid()}
    with Supervisor(FOLDER / "log", stop_seconds=10, copies=sys.argv[2] == "copies") as supervisor:
        supervisor.start(service("first"))
        supervisor.start(service("second", nice=5))
        told |= {name: facts(name) for name in ("first", "second")} | {"revived": revived(supervisor)}
        processes = dict(supervisor.processes)
    told["ends"] = {name: process.returncode for name, process in processes.items()}
    with Supervisor(FOLDER / "log", copies=sys.argv[2] == "copies") as supervisor:
        try:
            supervisor.start(service("broken", "3"))
            processes = dict(supervisor.processes)
            processes["broken"].wait(10)
            supervisor.check()
        except ServiceDied as error:
            told["words"] = str(error)
    taken.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
