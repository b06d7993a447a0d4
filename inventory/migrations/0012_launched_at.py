"""When a machine was last started, beside when it was created."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0011_longer_external_id")]

    operations = [
        migrations.AddField(
            model_name="virtualmachine",
            name="launched_at",
            field=models.DateTimeField(null=True),
        ),
    ]
