"""The few that leaders ask for are counted without a look at their rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_e_rules_with_basis")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_returned_twice"),
        migrations.RemoveIndex(model_name="case", name="case_reopened"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("returns__gt", 1)),
                fields=["place", "state"],
                name="case_returned_twice",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("reopenings__gt", 0)),
                fields=["place", "state"],
                name="case_reopened",
            ),
        ),
    ]
