from django.db import migrations

from gewu.infra.collation import ByteOrder


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        ByteOrder("case_", "lead_path", 200),
        ByteOrder("case_assignment", "unit_path", 200),
    ]
