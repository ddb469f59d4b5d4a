from typing import Any

from django.db import migrations, models


def forget(apps: Any, schema_editor: Any) -> None:
    """A look is called by what it is about; what a rule once wrote in Chinese is not read back."""
    looks = apps.get_model("fieldwork", "Task").objects.filter(kind_id="onsite_check")
    looks.exclude(about="").update(title="")


class Migration(migrations.Migration):

    dependencies = [("fieldwork", "0005_spot_versions")]

    operations = [
        migrations.AlterField("task", "title", models.CharField(blank=True, max_length=80)),
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
