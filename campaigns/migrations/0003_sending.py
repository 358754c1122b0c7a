"""Sending with limits, asking, composing; and drafts' chunks are due from the beginning, so that a start is quick."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make_drafts_due(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    chunks = apps.get_model("campaigns", "Chunk").objects
    drafts = chunks.filter(campaign__state="draft", next_attempt_at__isnull=True)
    chunks.filter(pk__in=drafts.values("pk")).update(next_attempt_at=django.utils.timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_tally_triggers"),
        ("providers", "0002_library"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("started", "Started"),
                            ("paused", "Paused"),
                            ("resumed", "Resumed"),
                            ("cancelled", "Cancelled"),
                            ("finished", "Finished"),
                            ("scheduled", "Scheduled"),
                            ("late", "Time passed"),
                            ("auto_paused", "Paused by itself"),
                            ("account_paused", "Account paused"),
                            ("breaker_opened", "Breaker opened"),
                            ("breaker_closed", "Breaker closed"),
                            ("limit_learned", "Limit learned"),
                            ("resolved", "Unknown resolved"),
                            ("sent_again", "Sent again"),
                            ("review_overdue", "Review overdue"),
                            ("approval_asked", "Approval asked for"),
                            ("approved", "Approved"),
                            ("approval_refused", "Approval refused"),
                            ("approval_void", "Approval void"),
                            ("tested", "Test sent"),
                            ("list_read", "List read"),
                            ("suppressed", "Opted out"),
                            ("unknown", "Unknown recipients"),
                            ("unmatched", "Unmatched receipts"),
                            ("unreadable", "Unreadable pushes"),
                            ("spooled", "Pushes not in the database"),
                            ("balance_low", "Low balance"),
                            ("counts_off", "Counts did not agree"),
                            ("export_failed", "Export failed"),
                            ("replayed", "Pushes read again"),
                            ("erased", "Erased"),
                        ],
                        max_length=20,
                    ),
                ),
                ("attention", models.BooleanField(default=False)),
                ("words", models.TextField()),
                ("raw", models.CharField(blank=True, default="", max_length=300)),
                ("positions", models.TextField(blank=True, default="")),
            ],
            options={
                "verbose_name": "activity",
                "verbose_name_plural": "activities",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Asked",
            fields=[
                (
                    "recipient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="asked",
                        serialize=False,
                        to="campaigns.recipient",
                    ),
                ),
                ("times", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=15, verbose_name="number")),
                ("typed", models.CharField(blank=True, default="", max_length=60)),
                ("variables", models.JSONField(blank=True, default=dict)),
                ("tags", models.CharField(blank=True, default="", max_length=300, verbose_name="tags")),
                ("row", models.PositiveIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
            },
        ),
        migrations.CreateModel(
            name="ContactList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                ("note", models.TextField(blank=True, default="", verbose_name="note")),
                ("columns", models.JSONField(blank=True, default=list)),
                ("total", models.PositiveIntegerField(default=0)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "contact list",
                "verbose_name_plural": "contact lists",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Gate",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="gate",
                        serialize=False,
                        to="providers.account",
                    ),
                ),
                ("failures", models.PositiveIntegerField(default=0)),
                ("opened", models.PositiveSmallIntegerField(default=0)),
                ("open_until", models.DateTimeField(blank=True, null=True)),
                ("probing", models.BooleanField(default=False)),
                ("rest_until", models.DateTimeField(blank=True, null=True)),
                ("next_request_at", models.DateTimeField(blank=True, null=True)),
                ("words", models.TextField(blank=True, default="")),
                ("raw", models.CharField(blank=True, default="", max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="inquiry",
                        serialize=False,
                        to="providers.account",
                    ),
                ),
                ("next_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("kind", models.CharField(blank=True, default="", max_length=16)),
                ("start", models.DateTimeField(blank=True, null=True)),
                ("end", models.DateTimeField(blank=True, null=True)),
                ("position", models.CharField(blank=True, default="", max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="ListFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("audience", "Audience of a campaign"),
                            ("contacts", "Contact list"),
                            ("suppression", "Suppression list"),
                        ],
                        max_length=12,
                    ),
                ),
                ("campaign_kind", models.CharField(blank=True, default="", max_length=16)),
                ("stored", models.CharField(blank=True, default="", max_length=80)),
                ("name", models.CharField(blank=True, default="", max_length=200, verbose_name="name")),
                ("size", models.BigIntegerField(default=0)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unmapped", "Columns to be checked"),
                            ("reading", "Being read"),
                            ("done", "Read"),
                            ("failed", "Failed"),
                            ("stopped", "Stopped"),
                        ],
                        default="unmapped",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("found", models.JSONField(blank=True, default=dict)),
                ("shape", models.CharField(blank=True, default="", max_length=64)),
                ("mapping", models.JSONField(blank=True, default=dict)),
                ("options", models.JSONField(blank=True, default=dict)),
                ("read", models.BigIntegerField(default=0)),
                ("last_row", models.PositiveIntegerField(default=0)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("good", models.PositiveIntegerField(default=0)),
                ("bad", models.PositiveIntegerField(default=0)),
                ("duplicates", models.PositiveIntegerField(default=0)),
                ("known", models.PositiveIntegerField(default=0)),
                ("suppressed", models.PositiveIntegerField(default=0)),
                ("words", models.TextField(blank=True, default="")),
                ("token", models.PositiveIntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "list",
                "verbose_name_plural": "lists",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Mapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shape", models.CharField(max_length=64, unique=True)),
                ("mapping", models.JSONField(default=dict)),
                ("used_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="NumberUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=15)),
                ("recent", models.JSONField(default=list)),
                ("used_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Pace",
            fields=[
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="campaigns.campaign",
                    ),
                ),
                ("next_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Preset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("voice_file", "Voice file"),
                            ("voice_text", "Text to speech"),
                            ("voice_template", "Voice template"),
                            ("sms", "SMS"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("values", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "preset",
                "verbose_name_plural": "presets",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                ("text", models.TextField(blank=True, default="", verbose_name="text")),
                ("provider_id", models.CharField(blank=True, default="", max_length=64)),
                ("stops", models.BooleanField(default=False)),
                ("replied_at", models.DateTimeField(blank=True, null=True)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("digest", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "verbose_name": "reply",
                "verbose_name_plural": "replies",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=15, unique=True, verbose_name="number")),
                ("calls", models.BooleanField(default=True, verbose_name="no calls")),
                ("messages", models.BooleanField(default=True, verbose_name="no messages")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("opt_out", "Opted out"),
                            ("do_not_call", "Do not call"),
                            ("complaint", "Complaint"),
                            ("wrong_number", "Wrong number"),
                            ("other", "Other"),
                        ],
                        default="opt_out",
                        max_length=16,
                        verbose_name="reason",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("staff", "Entered by staff"), ("import", "From a list"), ("reply", "By a reply")],
                        default="staff",
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                ("row", models.PositiveIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="since")),
            ],
            options={
                "verbose_name": "suppressed number",
                "verbose_name_plural": "suppressed numbers",
                "ordering": ["-id"],
            },
        ),
        migrations.AlterModelOptions(
            name="campaign",
            options={
                "ordering": ["-id"],
                "permissions": [
                    ("start_campaign", "Can start, pause and cancel campaigns"),
                    ("approve_campaign", "Can approve campaigns that others composed"),
                ],
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
            },
        ),
        migrations.AddField(
            model_name="audienceproblem",
            name="fate",
            field=models.CharField(
                choices=[
                    ("bad", "Bad"),
                    ("duplicate", "Repeated in the list"),
                    ("known", "Already there"),
                    ("suppressed", "On the suppression list"),
                ],
                default="bad",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="approval_asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="approval_asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="approval_digest",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="campaign",
            name="approved_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="changed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="copied_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="copies",
                to="campaigns.campaign",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="estimate",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="campaign",
            name="guard_base",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="campaign",
            name="late",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="campaign",
            name="per_minute",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="recipients per minute"),
        ),
        migrations.AddField(
            model_name="campaign",
            name="repeats",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="repeated_by",
                to="campaigns.campaign",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="scheduled_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="start at"),
        ),
        migrations.AddField(
            model_name="campaign",
            name="spread_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="spread evenly until"),
        ),
        migrations.AddField(
            model_name="campaign",
            name="test_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tests",
                to="campaigns.campaign",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="time_zone",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="time zone"),
        ),
        migrations.AddField(
            model_name="campaign",
            name="window_days",
            field=models.PositiveSmallIntegerField(default=127, verbose_name="days"),
        ),
        migrations.AddField(
            model_name="campaign",
            name="window_from",
            field=models.TimeField(blank=True, null=True, verbose_name="from"),
        ),
        migrations.AddField(
            model_name="campaign",
            name="window_until",
            field=models.TimeField(blank=True, null=True, verbose_name="until"),
        ),
        migrations.AddField(
            model_name="chunk",
            name="orphaned",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="recipient",
            name="row",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="audienceproblem",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="problems",
                to="campaigns.campaign",
            ),
        ),
        migrations.AddIndex(
            model_name="chunk",
            index=models.Index(condition=models.Q(("orphaned", True)), fields=["campaign"], name="chunk_orphaned"),
        ),
        migrations.AddIndex(
            model_name="chunk",
            index=models.Index(
                condition=models.Q(("lease_until__isnull", False)), fields=["lease_until"], name="chunk_leased"
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("state", "intent")), fields=["campaign"], name="submission_in_flight"
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="account",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="providers.account",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="activities",
                to="campaigns.campaign",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contactlist",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="contact_list",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contacts",
                to="campaigns.contactlist",
            ),
        ),
        migrations.AddField(
            model_name="listfile",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lists",
                to="campaigns.campaign",
            ),
        ),
        migrations.AddField(
            model_name="listfile",
            name="contact_list",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="files",
                to="campaigns.contactlist",
            ),
        ),
        migrations.AddField(
            model_name="listfile",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="list_file",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="campaigns.listfile",
            ),
        ),
        migrations.AddField(
            model_name="audienceproblem",
            name="list_file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="problems",
                to="campaigns.listfile",
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="list_file",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="campaigns.listfile",
            ),
        ),
        migrations.AddField(
            model_name="numberuse",
            name="account",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="providers.account"
            ),
        ),
        migrations.AddField(
            model_name="preset",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="providers.account"
            ),
        ),
        migrations.AddField(
            model_name="preset",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reply",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="providers.account"
            ),
        ),
        migrations.AddField(
            model_name="reply",
            name="recipient",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replies",
                to="campaigns.recipient",
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="list_file",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="campaigns.listfile",
            ),
        ),
        migrations.AddIndex(
            model_name="listfile",
            index=models.Index(fields=["digest"], name="list_digest"),
        ),
        migrations.AddIndex(
            model_name="listfile",
            index=models.Index(condition=models.Q(("state", "reading")), fields=["lease_until"], name="list_reading"),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(fields=("contact_list", "number"), name="contact_number"),
        ),
        migrations.AddIndex(
            model_name="numberuse",
            index=models.Index(fields=["used_at"], name="number_use_age"),
        ),
        migrations.AddConstraint(
            model_name="numberuse",
            constraint=models.UniqueConstraint(fields=("account", "number"), name="number_use_once"),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(fields=["number"], name="reply_number"),
        ),
        migrations.RunPython(make_drafts_due, migrations.RunPython.noop),
    ]
