"""Which recipients a decision was about; and drafts' chunks are due from the beginning, so that a start is quick."""

from django.db import migrations, models
from django.utils import timezone


def make_drafts_due(apps, schema_editor):
    chunks = apps.get_model("campaigns", "Chunk").objects
    drafts = chunks.filter(campaign__state="draft", next_attempt_at__isnull=True)
    chunks.filter(pk__in=drafts.values("pk")).update(next_attempt_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_pacing")]

    operations = [
        migrations.AddField(model_name="activity", name="positions", field=models.TextField(blank=True, default="")),
        migrations.RunPython(make_drafts_due, migrations.RunPython.noop),
    ]
