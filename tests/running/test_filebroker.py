"""The broker in a folder, used by several processes at once."""

import multiprocessing
from pathlib import Path

from kombu import Connection, Exchange, Queue

from notifyadmin.filebroker import Transport

MESSAGES = 150
WRITERS = 3
READERS = 3


def connect(folder: str) -> Connection:
    options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": f"{folder}/control"}
    return Connection("filesystem://", transport=Transport, transport_options={**options, "polling_interval": 0.001})


def write(folder: str, writer: int) -> None:
    with connect(folder) as connection:
        queue = Queue("work", Exchange("work"), routing_key="work")
        producer = connection.Producer()
        for number in range(MESSAGES):
            producer.publish([writer, number], exchange=queue.exchange, routing_key="work", declare=[queue])


def read(folder: str, results: "multiprocessing.Queue[tuple[int, int]]") -> None:
    with connect(folder) as connection, connection.SimpleQueue("work") as queue:
        try:
            while True:
                message = queue.get(timeout=3)
                results.put(tuple(message.payload))
                message.ack()
        except queue.Empty:
            pass


def test_every_message_is_read_whole_and_by_one_reader(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    folder = str(tmp_path)
    readers = [context.Process(target=read, args=(folder, results)) for _ in range(READERS)]
    writers = [context.Process(target=write, args=(folder, number)) for number in range(WRITERS)]
    for process in (*readers, *writers):
        process.start()
    seen = [results.get(timeout=30) for _ in range(MESSAGES * WRITERS)]
    for process in (*writers, *readers):
        process.join(30)
        assert process.exitcode == 0
    assert sorted(seen) == [(writer, number) for writer in range(WRITERS) for number in range(MESSAGES)]
    assert results.empty()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_messages_come_in_the_order_of_writing(tmp_path: Path) -> None:
    write(str(tmp_path), 1)
    with connect(str(tmp_path)) as connection, connection.SimpleQueue("work") as queue:
        assert [queue.get(timeout=2).payload[1] for _ in range(MESSAGES)] == list(range(MESSAGES))


def test_the_application_uses_it() -> None:
    from celery import current_app

    with current_app.connection_for_write() as connection:
        assert connection.transport_cls == "filesystem"
        assert isinstance(connection.transport, Transport)
