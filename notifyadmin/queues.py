"""Queue names, routes and the beat schedule, all in one table.

Every queue is consumed by the workers that ``manage.py run`` starts; a test holds that every task has a queue here.
Wake-ups expire: what a lost or expired message would have started, the next sweep starts.
"""

from celery.schedules import crontab

DISPATCH = "dispatch"
RECEIPTS = "receipts"
LIBRARY = "library"
LISTS = "lists"
NOTICES = "notices"
UPKEEP = "upkeep"

QUEUES = (DISPATCH, RECEIPTS, LIBRARY, LISTS, UPKEEP, NOTICES)

POOLS = {
    "send": (DISPATCH,),
    "keep": (RECEIPTS, UPKEEP),
    "library": (LIBRARY, LISTS, NOTICES),
}
"""Worker pools: neither a campaign at full speed nor a long list must keep receipts waiting, nor a slow provider the
sweeps."""

ROUTES = {
    "campaigns.dispatch": {"queue": DISPATCH},
    "campaigns.apply_pushes": {"queue": RECEIPTS},
    "campaigns.sweep": {"queue": UPKEEP},
    "campaigns.expire": {"queue": UPKEEP},
    "campaigns.ask_records": {"queue": LIBRARY},
    "campaigns.read_list": {"queue": LISTS},
    "campaigns.write_export": {"queue": LISTS},
    "campaigns.erase_number": {"queue": LISTS},
    "campaigns.audit_counts": {"queue": LISTS},
    "campaigns.erase_old": {"queue": LISTS},
    "campaigns.keep_balance": {"queue": LIBRARY},
    "campaigns.send_notices": {"queue": NOTICES},
    "campaigns.refresh_balances": {"queue": UPKEEP},
    "providers.read_balance": {"queue": LIBRARY},
    "providers.send_voice_file": {"queue": LIBRARY},
    "providers.fetch_voice_files": {"queue": LIBRARY},
    "providers.submit_template": {"queue": LIBRARY},
    "providers.delete_template": {"queue": LIBRARY},
}

SWEEP_SECONDS = 3.0

BEAT = {
    "sweep": {"task": "campaigns.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": 10}},
    "expire": {"task": "campaigns.expire", "schedule": 600.0, "options": {"expires": 300}},
    "notices": {"task": "campaigns.send_notices", "schedule": 30.0, "options": {"expires": 25}},
    "balances": {"task": "campaigns.refresh_balances", "schedule": 120.0, "options": {"expires": 100}},
    "audit": {"task": "campaigns.audit_counts", "schedule": crontab(minute=17, hour=3), "options": {"expires": 7200}},
    "erase": {"task": "campaigns.erase_old", "schedule": crontab(minute=47, hour=3), "options": {"expires": 7200}},
    "ask": {"task": "campaigns.ask_records", "schedule": 60.0, "options": {"expires": 50}},
}
