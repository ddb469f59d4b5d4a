"""The search index. What keeps cut words differs from database to database."""

from types import ModuleType
from typing import Any

from django.db import migrations, models

from gewu.infra.search import postgresql, sqlite


def _engine(schema_editor: Any) -> ModuleType:
    return sqlite if schema_editor.connection.vendor == "sqlite" else postgresql


def make(apps: Any, schema_editor: Any) -> None:
    for statement in _engine(schema_editor).MAKE:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    for statement in _engine(schema_editor).DROP:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("infra", "0010_outside_limits")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("record", models.CharField(max_length=80)),
                ("head", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                ("marks", models.TextField(blank=True)),
            ],
            options={
                "db_table": "search_entry",
                "constraints": [models.UniqueConstraint(fields=("kind", "record"), name="found_once")],
            },
        ),
        migrations.CreateModel(
            name="SearchFeed",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("edition", models.PositiveSmallIntegerField()),
                ("position", models.BigIntegerField()),
                ("walking", models.CharField(blank=True, max_length=12)),
                ("behind", models.CharField(blank=True, max_length=80)),
                ("done", models.BigIntegerField(default=0)),
                ("expected", models.BigIntegerField(default=0)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("compared_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "search_feed"},
        ),
        migrations.RunPython(make, drop),
    ]
