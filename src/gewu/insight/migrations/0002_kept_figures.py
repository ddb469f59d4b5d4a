"""Figures that are kept. The database is told to count once all migrations are done (`insight.actions`)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cut", models.CharField(max_length=8)),
                ("level", models.PositiveSmallIntegerField()),
                ("place", models.CharField(max_length=17)),
                ("key", models.CharField(max_length=30)),
                ("n", models.IntegerField()),
            ],
            options={
                "db_table": "figure",
                "indexes": [
                    models.Index(condition=models.Q(("n", 0)), fields=["n"], name="figure_of_nothing")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("cut", "level", "place", "key"), name="one_figure")
                ],
            },
        ),
        migrations.CreateModel(
            name="FigureChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=17)),
                ("standing", models.CharField(max_length=80)),
                ("n", models.IntegerField()),
            ],
            options={
                "db_table": "figure_change",
                "indexes": [models.Index(fields=["place"], name="figure_change_by_place")],
            },
        ),
    ]
