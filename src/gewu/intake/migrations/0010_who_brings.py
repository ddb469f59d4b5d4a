"""Who may bring a report by a staffed channel stands in its row, and no longer in the code."""

from typing import Any

from django.db import migrations, models

#: The channels of what is found on rounds, as the code had them.
ON_ROUNDS = ("grid", "patrol")


def say_who(apps: Any, schema_editor: Any) -> None:
    channels = apps.get_model("intake", "Channel").objects.filter(staffed=True)
    for row in channels:
        row.brought_by = ["reports.screen", *(["reports.register"] if row.code in ON_ROUNDS else [])]
        row.save(update_fields=["brought_by"])


class Migration(migrations.Migration):
    dependencies = [("intake", "0009_confidential_and_ruled")]

    operations = [
        migrations.AddField(model_name="channel", name="brought_by", field=models.JSONField(default=list)),
        migrations.RunPython(say_who, migrations.RunPython.noop),
    ]
