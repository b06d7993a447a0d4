"""Changes of any resource: the changes that there are, of machines, are kept."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def note_sources(apps, _schema_editor):
    """The source of each change is that of its machine."""
    machines = apps.get_model("inventory", "VirtualMachine").objects.filter(pk=OuterRef("row_id"))
    changes = apps.get_model("inventory", "Change").objects
    changes.update(source=Subquery(machines.values("source")[:1]))


class Migration(migrations.Migration):
    dependencies = [("inventory", "0014_names_of_machines")]

    operations = [
        migrations.RemoveIndex(model_name="change", name="change_of_machine"),
        migrations.AlterField(
            model_name="change",
            name="machine",
            field=models.BigIntegerField(db_column="machine_id"),
        ),
        migrations.RenameField(model_name="change", old_name="machine", new_name="row_id"),
        migrations.AlterField(
            model_name="change", name="row_id", field=models.BigIntegerField()
        ),
        migrations.AddField(
            model_name="change",
            name="source",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="inventory.source",
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["source", "row_id", "-at", "-id"], name="change_of_row"),
        ),
        migrations.RunPython(note_sources, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="change",
            name="source",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="inventory.source",
            ),
        ),
    ]
