from typing import Any

from django.db import migrations, models
from django.db.models import F


def since_they_were_written(apps: Any, _editor: Any) -> None:
    """A row was in its state when it was written, and has been since."""
    for name in ("VirtualMachine", "Container"):
        rows = apps.get_model("inventory", name)._default_manager.filter(state_changed_at=None)
        rows.update(state_changed_at=F("read_started_at"))


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_provider_driver")]

    operations = [
        migrations.AddField(
            model_name="container",
            name="state_changed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="virtualmachine",
            name="state_changed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(since_they_were_written, migrations.RunPython.noop),
    ]
