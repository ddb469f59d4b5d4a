from django.db import migrations

from gewu.infra.collation import ByteOrder


class Migration(migrations.Migration):
    dependencies = [("security", "0001_initial")]

    operations = [
        ByteOrder("standing", "unit_path", 200),
    ]
