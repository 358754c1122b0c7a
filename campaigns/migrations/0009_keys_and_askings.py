"""What receipts say about keys, charges and redials, what each asking for records found, and counts of keys."""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def _with_default(model: str, name: str, field: "models.Field[Any, Any]", column: str) -> migrations.RunSQL:
    """A column that is never null, without building the table anew: on SQLite the triggers that count would be lost,
    and millions of receipts copied."""
    table = f"campaigns_{model}"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD COLUMN {name} {column}",
        f"ALTER TABLE {table} DROP COLUMN {name}",
        state_operations=[migrations.AddField(model, name, field)],
    )


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0008_pauses"), ("providers", "0003_following")]

    operations = [
        _with_default(
            "receipt",
            "after_refusal",
            models.BooleanField(db_default=False, default=False),
            "boolean DEFAULT false NOT NULL",
        ),
        _with_default(
            "receipt",
            "pressed",
            models.CharField(blank=True, db_default="", default="", max_length=32),
            "varchar(32) DEFAULT '' NOT NULL",
        ),
        _with_default(
            "asked",
            "history",
            models.CharField(blank=True, db_default="", default="", max_length=200),
            "varchar(200) DEFAULT '' NOT NULL",
        ),
        migrations.AddField("receipt", "charged_seconds", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField("receipt", "redials", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField("recipient", "pressed", models.CharField(blank=True, max_length=32, null=True)),
        migrations.AddField("recipient", "charged_seconds", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField("recipient", "redials", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField("inquiry", "began_at", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="Asking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("words", models.TextField(blank=True, default="")),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("raw", models.CharField(blank=True, default="", max_length=300)),
                ("http_status", models.PositiveSmallIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="providers.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeyCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("pressed", models.CharField(max_length=32)),
                ("amount", models.IntegerField()),
                (
                    "campaign",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="key_counts",
                        to="campaigns.campaign",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "keycount", models.UniqueConstraint(fields=("campaign", "at", "pressed"), name="key_count_once")
        ),
        migrations.AddIndex("keycount", models.Index(fields=["at"], name="key_count_at")),
        migrations.AddIndex(
            "receipt",
            models.Index(
                condition=models.Q(("after_refusal", True)), fields=["recipient"], name="receipt_after_refusal"
            ),
        ),
        migrations.AddIndex(
            "recipient",
            models.Index(
                condition=models.Q(("pressed__isnull", False)),
                fields=["campaign", "pressed", "position"],
                name="recipient_pressed",
            ),
        ),
    ]
