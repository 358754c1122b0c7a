from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models.functions import Now
from django.utils import timezone


def trust_passed_tests(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A test that passed was made with the credentials of today, since changing them made it void."""
    accounts = apps.get_model("providers", "Account").objects.all()
    accounts.update(credentials_changed_at=models.F("created_at"))
    accounts.filter(check_passed=True).update(answered_at=models.F("checked_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0003_following"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="credentials_changed_at",
            field=models.DateTimeField(db_default=Now(), default=timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="account",
            name="answered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(trust_passed_tests, migrations.RunPython.noop),
    ]
