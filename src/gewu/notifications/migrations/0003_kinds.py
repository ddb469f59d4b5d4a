from typing import Any

from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Concat, StrIndex, Substr


def _before(field: str, colon: str, most: int) -> Substr:
    """What a subject says before its colon; all of it when it has none."""
    ended = Concat(F(field), Value(colon), output_field=models.TextField())
    return Substr(Substr(field, 1, StrIndex(ended, Value(colon)) - 1), 1, most)


def name_kinds(apps: Any, editor: Any) -> None:
    """What was told before the kind was kept is called by its subject, as it had been until then."""
    rows = apps.get_model("notifications", "Message").objects.filter(account__isnull=False)
    rows.update(kind_zh=_before("subject_zh", "：", 120), kind_en=_before("subject_en", ": ", 160))


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_message_language")]

    operations = [
        migrations.AddField("message", "kind_en", models.CharField(default="", max_length=160)),
        migrations.AddField("message", "kind_zh", models.CharField(default="", max_length=120)),
        migrations.RunPython(name_kinds, migrations.RunPython.noop),
    ]
