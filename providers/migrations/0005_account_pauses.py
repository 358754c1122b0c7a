from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0004_account_tests"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="shortest_pause",
            field=models.PositiveIntegerField(db_default=30, default=30, verbose_name="shortest pause"),
        ),
        migrations.AddField(
            model_name="account",
            name="longest_pause",
            field=models.PositiveIntegerField(db_default=3600, default=3600, verbose_name="longest pause"),
        ),
    ]
