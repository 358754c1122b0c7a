"""Queue names, routes and the beat schedule, all in one table.

Every queue is consumed by the workers that ``manage.py run`` starts; a test holds that every task has a queue here.
Wake-ups expire: what a lost or expired message would have started, the next sweep starts.
"""

DISPATCH = "dispatch"
RECEIPTS = "receipts"
LIBRARY = "library"
LISTS = "lists"
UPKEEP = "upkeep"

QUEUES = (DISPATCH, RECEIPTS, LIBRARY, LISTS, UPKEEP)

POOLS = {
    "send": (DISPATCH,),
    "keep": (RECEIPTS, UPKEEP),
    "library": (LIBRARY, LISTS),
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
    "ask": {"task": "campaigns.ask_records", "schedule": 60.0, "options": {"expires": 50}},
}
