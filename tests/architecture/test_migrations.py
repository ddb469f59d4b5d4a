"""The migrations lead to the models, in whatever order people wrote them."""

from __future__ import annotations

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.architecture.sources import expect_none


def test_no_change_of_a_model_is_without_its_migration() -> None:
    loader = MigrationLoader(None)
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(
        loader.graph
    )
    expect_none(
        f"{app}: {operation.describe()}"
        for app, migrations in changes.items()
        if apps.get_app_config(app).name.startswith("gewu.")
        for migration in migrations
        for operation in migration.operations
    )


def test_no_two_migrations_stand_side_by_side() -> None:
    assert MigrationLoader(None).detect_conflicts() == {}
