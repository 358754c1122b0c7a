"""The index of endings anew: on PostgreSQL as an inverted one, which costs an import and each change a quarter."""

from django.db import migrations

import campaigns.models.endings


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_counters")]

    operations = [
        migrations.RemoveIndex(model_name="recipient", name="recipient_ending"),
        migrations.AddIndex(
            model_name="recipient",
            index=campaigns.models.endings.EndingIndex(name="recipient_ending"),
        ),
    ]
