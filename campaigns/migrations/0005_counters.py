"""Tallies also by failure class, with the seconds listened, so that pages need not read the recipients."""

from importlib import import_module

from django.db import migrations, models

before = import_module("campaigns.migrations.0002_tally_triggers")

POSTGRESQL = [
    """
    CREATE FUNCTION campaigns_count_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO campaigns_tally (campaign_id, state, failure, amount, talk_seconds)
        SELECT campaign_id, state, failure, count(*), coalesce(sum(talk_seconds), 0)
        FROM added GROUP BY campaign_id, state, failure;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION campaigns_count_removed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO campaigns_tally (campaign_id, state, failure, amount, talk_seconds)
        SELECT r.campaign_id, r.state, r.failure, -count(*), -coalesce(sum(r.talk_seconds), 0) FROM removed r
        JOIN campaigns_campaign c ON c.id = r.campaign_id GROUP BY r.campaign_id, r.state, r.failure;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION campaigns_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO campaigns_tally (campaign_id, state, failure, amount, talk_seconds)
        SELECT campaign_id, state, failure, sum(amount), sum(seconds) FROM (
            SELECT campaign_id, state, failure, count(*) AS amount, coalesce(sum(talk_seconds), 0) AS seconds
            FROM added GROUP BY campaign_id, state, failure
            UNION ALL
            SELECT campaign_id, state, failure, -count(*), -coalesce(sum(talk_seconds), 0)
            FROM removed GROUP BY campaign_id, state, failure
        ) moves GROUP BY campaign_id, state, failure HAVING sum(amount) <> 0 OR sum(seconds) <> 0;
        RETURN NULL;
    END $$
    """,
    *before.POSTGRESQL[4:],
]

_ADD = """
    INSERT INTO campaigns_tally (campaign_id, state, failure, amount, talk_seconds)
    SELECT NEW.campaign_id, NEW.state, NEW.failure, 0, 0 WHERE NOT EXISTS (
        SELECT 1 FROM campaigns_tally
        WHERE campaign_id = NEW.campaign_id AND state = NEW.state AND failure = NEW.failure);
    UPDATE campaigns_tally SET amount = amount + 1, talk_seconds = talk_seconds + coalesce(NEW.talk_seconds, 0)
    WHERE campaign_id = NEW.campaign_id AND state = NEW.state AND failure = NEW.failure;
"""
_REMOVE = """
    UPDATE campaigns_tally SET amount = amount - 1, talk_seconds = talk_seconds - coalesce(OLD.talk_seconds, 0)
    WHERE campaign_id = OLD.campaign_id AND state = OLD.state AND failure = OLD.failure;
"""

SQLITE = [
    f"CREATE TRIGGER campaigns_recipient_added AFTER INSERT ON campaigns_recipient BEGIN {_ADD} END",
    f"CREATE TRIGGER campaigns_recipient_removed AFTER DELETE ON campaigns_recipient BEGIN {_REMOVE} END",
    f"""CREATE TRIGGER campaigns_recipient_changed AFTER UPDATE OF state, failure, talk_seconds ON campaigns_recipient
    WHEN OLD.state <> NEW.state OR OLD.failure <> NEW.failure OR OLD.talk_seconds IS NOT NEW.talk_seconds
    BEGIN {_REMOVE} {_ADD} END""",
]


def drop_old(apps, schema_editor):
    before.drop(apps, schema_editor)


def create_new(apps, schema_editor):
    before.run(schema_editor, POSTGRESQL, SQLITE)


RECOUNT = [
    "DELETE FROM campaigns_tally",
    """
    INSERT INTO campaigns_tally (campaign_id, state, failure, amount, talk_seconds)
    SELECT campaign_id, state, failure, count(*), coalesce(sum(talk_seconds), 0)
    FROM campaigns_recipient GROUP BY campaign_id, state, failure
    """,
]


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_following")]

    operations = [
        # SQLite builds a table anew to change it, and would not find it in the triggers meanwhile.
        migrations.RunPython(drop_old, before.create),
        migrations.AddField("tally", "failure", models.CharField(blank=True, default="", max_length=16)),
        migrations.AddField("tally", "talk_seconds", models.BigIntegerField(default=0)),
        migrations.RunSQL(RECOUNT, migrations.RunSQL.noop),
        migrations.RunPython(create_new, before.drop),
    ]
