"""When a case ended, for the cases that ended before this was written down: by closing or by being voided."""

from typing import Any

from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    cases = apps.get_model("cases", "Case").objects
    voided = apps.get_model("infra", "EventRow").objects.filter(
        subject="case", subject_id=OuterRef("pk"), type="CaseVoided"
    )
    cases.filter(closed_at__isnull=False).update(ended_at=F("closed_at"))
    cases.filter(state="void").update(ended_at=Subquery(voided.order_by("-seq").values("at")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0007_figures_along_indexes"),
        ("infra", "0004_audit"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False), ("erased_at", None)),
                fields=["ended_at"],
                name="case_to_erase",
            ),
        ),
    ]
