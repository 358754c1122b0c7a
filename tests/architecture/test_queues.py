"""Every task has a queue, and every queue a worker."""

from celery import current_app
from django.conf import settings

from notifyadmin import queues


def own_tasks() -> set[str]:
    current_app.loader.import_default_modules()
    return {name for name in current_app.tasks if not name.startswith("celery.")}


def test_every_task_has_a_queue_in_the_table() -> None:
    assert own_tasks() == set(queues.ROUTES)


def test_every_queue_is_consumed_by_exactly_one_pool() -> None:
    consumed = [queue for pool in queues.POOLS.values() for queue in pool]
    assert sorted(consumed) == sorted(queues.QUEUES)
    assert {route["queue"] for route in queues.ROUTES.values()} <= set(consumed)


def test_everything_on_the_clock_is_a_task_that_exists() -> None:
    assert {entry["task"] for entry in queues.BEAT.values()} <= own_tasks()


def test_every_pool_has_processes() -> None:
    assert set(settings.WORKERS) == set(queues.POOLS)
    assert min(settings.WORKERS.values()) >= 1
