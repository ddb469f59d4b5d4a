"""One index of what is open, with all that lists are narrowed by, in place of those by place and by office."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_a_fewer_indexes")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_by_state"),
        migrations.RemoveIndex(model_name="case", name="case_by_place"),
        migrations.RemoveIndex(model_name="case", name="case_by_lead"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["state", "due_at", "id", "place", "matter"],
                name="case_by_state",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=[
                    "state",
                    "due_at",
                    "id",
                    "place",
                    "matter",
                    "lead_path",
                    "origin",
                    "priority",
                    "filed_at",
                    "checked_by",
                    "returns",
                    "reopenings",
                ],
                name="case_open",
            ),
        ),
    ]
