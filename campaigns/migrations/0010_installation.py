import uuid
from typing import Any

import django.utils.timezone
from django.db import migrations, models


def make_identity(apps: Any, schema_editor: Any) -> None:
    """With the table, so that every backup from now on says whose it is."""
    installation = apps.get_model("campaigns", "Installation")
    installation.objects.using(schema_editor.connection.alias).create(identity=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0009_keys_and_askings")]

    operations = [
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("identity", models.UUIDField(default=uuid.uuid4)),
                ("epoch", models.PositiveIntegerField(default=1)),
                ("fingerprint", models.CharField(blank=True, default="", max_length=160)),
                ("timeline", models.CharField(blank=True, default="", max_length=20)),
                ("token_base", models.PositiveIntegerField(default=0)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="SenderFolder",
            fields=[
                ("key", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("machine", models.CharField(max_length=100)),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(make_identity, migrations.RunPython.noop),
    ]
