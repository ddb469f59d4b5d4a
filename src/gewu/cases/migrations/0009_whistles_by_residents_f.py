"""A kind of whistle may blow by itself; a whistle that the platform blew names who answers for it."""

from typing import Any

from django.db import migrations, models


def by_itself(apps: Any, schema_editor: Any) -> None:
    """The residents' whistle as it is shipped; a row that a clerk has added is left to the clerk."""
    apps.get_model("cases", "CallKind").objects.filter(code="residents", since="2020-01-01").update(automatic=True)


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0008_d_when_a_case_ended"),
    ]

    operations = [
        migrations.AddField(
            model_name="callkind",
            name="automatic",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="whistle",
            name="responsible",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.RunPython(by_itself, migrations.RunPython.noop),
    ]
