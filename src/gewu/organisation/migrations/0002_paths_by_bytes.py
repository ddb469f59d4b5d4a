from django.db import migrations

from gewu.infra.collation import ByteOrder


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]

    operations = [
        ByteOrder("unit", "path", 200),
    ]
