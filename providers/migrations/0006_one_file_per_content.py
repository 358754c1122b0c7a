from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("providers", "0005_template_origin"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="voicefile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("digest", ""), _negated=True), fields=("digest",), name="one_file_per_content"
            ),
        ),
    ]
