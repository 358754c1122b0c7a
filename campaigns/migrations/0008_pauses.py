from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0007_erasures"),
    ]

    # What is new in a campaign may be empty: SQLite would make the table anew for anything else, and the triggers on
    # the recipients name it.
    operations = [
        migrations.AddField(
            model_name="gate",
            name="passing_refusals",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="campaign",
            name="proven_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="test_waived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
