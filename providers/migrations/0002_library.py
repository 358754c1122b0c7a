"""Limits of accounts, the library of voice files, reviews nobody knows of, prices."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FetchedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_id", models.CharField(max_length=200)),
                ("name", models.CharField(blank=True, default="", max_length=255)),
                ("fetched_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="FileList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.PositiveIntegerField(default=0)),
                ("pages", models.PositiveIntegerField(default=0)),
                ("words", models.TextField(blank=True, default="")),
                ("raw", models.TextField(blank=True, default="")),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("fetched_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16, verbose_name="kind")),
                ("country", models.CharField(blank=True, default="", max_length=4, verbose_name="country code")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("call", "per answered call"),
                            ("minute", "per minute begun"),
                            ("segment", "per part of a message"),
                        ],
                        max_length=8,
                        verbose_name="unit",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=6, max_digits=12, verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "price",
                "verbose_name_plural": "prices",
                "ordering": ["account", "kind", "country"],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="name")),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="UnknownReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("template_id", models.CharField(max_length=64)),
                ("review", models.CharField(max_length=10)),
                ("code", models.CharField(blank=True, default="", max_length=32)),
                ("raw", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=1)),
                ("dismissed", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "review of an unknown template",
                "verbose_name_plural": "reviews of unknown templates",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="voicefilecopy",
            name="one_file_per_id",
        ),
        migrations.AddField(
            model_name="account",
            name="breaker_failures",
            field=models.PositiveSmallIntegerField(default=10, verbose_name="failures in a row before a rest"),
        ),
        migrations.AddField(
            model_name="account",
            name="guard_least",
            field=models.PositiveIntegerField(default=50, verbose_name="but not before this many failures"),
        ),
        migrations.AddField(
            model_name="account",
            name="guard_percent",
            field=models.PositiveSmallIntegerField(
                default=20, verbose_name="pause a campaign above this share of failures"
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="learned",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="account",
            name="parallel_requests",
            field=models.PositiveSmallIntegerField(default=8, verbose_name="requests at the same time"),
        ),
        migrations.AddField(
            model_name="account",
            name="quiet_from",
            field=models.TimeField(blank=True, null=True, verbose_name="quiet from"),
        ),
        migrations.AddField(
            model_name="account",
            name="quiet_until",
            field=models.TimeField(blank=True, null=True, verbose_name="quiet until"),
        ),
        migrations.AddField(
            model_name="account",
            name="requests_per_second",
            field=models.FloatField(blank=True, null=True, verbose_name="requests per second"),
        ),
        migrations.AddField(
            model_name="templateevent",
            name="times",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="voicefile",
            name="channels",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="channels"),
        ),
        migrations.AddField(
            model_name="voicefile",
            name="description",
            field=models.TextField(blank=True, default="", max_length=1000, verbose_name="description"),
        ),
        migrations.AddField(
            model_name="voicefile",
            name="digest",
            field=models.CharField(blank=True, db_index=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="voicefile",
            name="format",
            field=models.CharField(blank=True, default="", max_length=8, verbose_name="format"),
        ),
        migrations.AddField(
            model_name="voicefile",
            name="original_name",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
        migrations.AddField(
            model_name="voicefile",
            name="sample_rate",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="sample rate (Hz)"),
        ),
        migrations.AddField(
            model_name="voicefile",
            name="size",
            field=models.PositiveBigIntegerField(blank=True, null=True, verbose_name="size (bytes)"),
        ),
        migrations.AddField(
            model_name="voicefilecopy",
            name="asked",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="voicefilecopy",
            name="changed_at",
            field=models.DateTimeField(auto_now=True),
        ),
        migrations.AddField(
            model_name="voicefilecopy",
            name="next_attempt_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="voicefilecopy",
            name="raw",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="voicefilecopy",
            name="remote_name",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="voicefilecopy",
            name="started_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="voicefilecopy",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "To be sent"),
                    ("sending", "Sending"),
                    ("unclear", "Unclear"),
                    ("there", "There"),
                    ("failed", "Failed"),
                ],
                default="there",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            model_name="voicefilecopy",
            name="words",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="voicetemplate",
            name="exists_there",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="voicetemplate",
            name="origin",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="successors",
                to="providers.voicetemplate",
            ),
        ),
        migrations.AddField(
            model_name="voicetemplate",
            name="reviewed_by_hand",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="voicetemplate",
            name="told_overdue",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="voicetemplate",
            name="waiting_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="voicefilecopy",
            name="file_id",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="file id at the provider"),
        ),
        migrations.AddIndex(
            model_name="voicefilecopy",
            index=models.Index(
                condition=models.Q(("next_attempt_at__isnull", False)), fields=["next_attempt_at"], name="copy_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="voicefilecopy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("file_id", ""), _negated=True),
                fields=("account", "file_id"),
                name="one_file_per_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="voicefilecopy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("remote_name", ""), _negated=True),
                fields=("account", "remote_name"),
                name="one_file_per_remote_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="voicefilecopy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "there"), _negated=True),
                    models.Q(("file_id", ""), _negated=True),
                    _connector="OR",
                ),
                name="what_is_there_has_an_id",
            ),
        ),
        migrations.AddField(
            model_name="fetchedfile",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="fetched_files", to="providers.account"
            ),
        ),
        migrations.AddField(
            model_name="filelist",
            name="account",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="file_list", to="providers.account"
            ),
        ),
        migrations.AddField(
            model_name="price",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="prices", to="providers.account"
            ),
        ),
        migrations.AddField(
            model_name="price",
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
            model_name="voicefile",
            name="tags",
            field=models.ManyToManyField(
                blank=True, related_name="voice_files", to="providers.tag", verbose_name="tags"
            ),
        ),
        migrations.AddConstraint(
            model_name="voicefile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("digest", ""), _negated=True), fields=("digest",), name="one_file_per_content"
            ),
        ),
        migrations.AddField(
            model_name="unknownreview",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="unknown_reviews", to="providers.account"
            ),
        ),
        migrations.AddIndex(
            model_name="fetchedfile",
            index=models.Index(fields=["account", "name", "id"], name="fetched_by_name"),
        ),
        migrations.AddConstraint(
            model_name="fetchedfile",
            constraint=models.UniqueConstraint(fields=("account", "file_id"), name="one_entry_per_id"),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.UniqueConstraint(fields=("account", "kind", "country"), name="price_once"),
        ),
        migrations.AddConstraint(
            model_name="unknownreview",
            constraint=models.UniqueConstraint(fields=("account", "template_id"), name="one_review_per_unknown_id"),
        ),
    ]
