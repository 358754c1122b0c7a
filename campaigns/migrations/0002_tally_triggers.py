"""Counters that cannot be forgotten: triggers count recipients per state in the statement that changes them."""

from collections.abc import Sequence

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

POSTGRESQL = [
    "ALTER TABLE campaigns_recipient SET (fillfactor = 70)",
    """
    CREATE FUNCTION campaigns_count_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO campaigns_tally (campaign_id, state, amount)
        SELECT campaign_id, state, count(*) FROM added GROUP BY campaign_id, state;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION campaigns_count_removed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO campaigns_tally (campaign_id, state, amount)
        SELECT r.campaign_id, r.state, -count(*) FROM removed r
        JOIN campaigns_campaign c ON c.id = r.campaign_id GROUP BY r.campaign_id, r.state;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION campaigns_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO campaigns_tally (campaign_id, state, amount)
        SELECT campaign_id, state, sum(amount) FROM (
            SELECT campaign_id, state, count(*) AS amount FROM added GROUP BY campaign_id, state
            UNION ALL
            SELECT campaign_id, state, -count(*) FROM removed GROUP BY campaign_id, state
        ) moves GROUP BY campaign_id, state HAVING sum(amount) <> 0;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER campaigns_recipient_added AFTER INSERT ON campaigns_recipient
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION campaigns_count_added()
    """,
    """
    CREATE TRIGGER campaigns_recipient_removed AFTER DELETE ON campaigns_recipient
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION campaigns_count_removed()
    """,
    """
    CREATE TRIGGER campaigns_recipient_changed AFTER UPDATE ON campaigns_recipient
    REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION campaigns_count_changed()
    """,
]

POSTGRESQL_BACK = [
    "DROP TRIGGER campaigns_recipient_added ON campaigns_recipient",
    "DROP TRIGGER campaigns_recipient_removed ON campaigns_recipient",
    "DROP TRIGGER campaigns_recipient_changed ON campaigns_recipient",
    "DROP FUNCTION campaigns_count_added()",
    "DROP FUNCTION campaigns_count_removed()",
    "DROP FUNCTION campaigns_count_changed()",
]

_ADD = """
    INSERT INTO campaigns_tally (campaign_id, state, amount)
    SELECT NEW.campaign_id, NEW.state, 0 WHERE NOT EXISTS (
        SELECT 1 FROM campaigns_tally WHERE campaign_id = NEW.campaign_id AND state = NEW.state);
    UPDATE campaigns_tally SET amount = amount + 1 WHERE campaign_id = NEW.campaign_id AND state = NEW.state;
"""
_REMOVE = "UPDATE campaigns_tally SET amount = amount - 1 WHERE campaign_id = OLD.campaign_id AND state = OLD.state;"

SQLITE = [
    f"CREATE TRIGGER campaigns_recipient_added AFTER INSERT ON campaigns_recipient BEGIN {_ADD} END",
    f"CREATE TRIGGER campaigns_recipient_removed AFTER DELETE ON campaigns_recipient BEGIN {_REMOVE} END",
    f"""CREATE TRIGGER campaigns_recipient_changed AFTER UPDATE OF state ON campaigns_recipient
    WHEN OLD.state <> NEW.state BEGIN {_REMOVE} {_ADD} END""",
]

SQLITE_BACK = [
    "DROP TRIGGER campaigns_recipient_added",
    "DROP TRIGGER campaigns_recipient_removed",
    "DROP TRIGGER campaigns_recipient_changed",
]


def run(schema_editor: BaseDatabaseSchemaEditor, postgresql: Sequence[str], sqlite: Sequence[str]) -> None:
    for statement in {"postgresql": postgresql, "sqlite": sqlite}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    run(schema_editor, POSTGRESQL, SQLITE)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
