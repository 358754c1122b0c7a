import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0004_decided_positions_and_due_drafts"),
        ("providers", "0001_initial"),
    ]

    operations = [
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
    ]
