from itertools import islice

from django.db import migrations, models

from gateway.core.audit.protection import TABLE_OF_OBJECTS, protect
from gateway.core.folding import folded

BATCH = 500


def fill(apps, _schema_editor):
    """The objects of the events that are there: those whose names were recorded."""
    events = apps.get_model("audit", "AuditEvent").objects.exclude(names={})
    row = apps.get_model("audit", "AuditObject")
    found = events.order_by("pk").values_list("pk", "names").iterator(BATCH)
    while batch := list(islice(found, BATCH)):
        row.objects.bulk_create(
            row(
                event_id=key,
                object_id=value[:1000],
                name=folded(str(about.get("name") or ""))[:300],
            )
            for key, names in batch
            for value, about in names.items()
        )


def protect_rows(_apps, schema_editor):
    protect(schema_editor.connection, "UPDATE", "DELETE", table=TABLE_OF_OBJECTS)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_squashed")]

    operations = [
        migrations.CreateModel(
            name="AuditObject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_id", models.CharField(max_length=1000)),
                ("name", models.CharField(blank=True, max_length=300)),
                ("event", models.ForeignKey(db_constraint=False, db_index=False, on_delete=models.deletion.DO_NOTHING, related_name="about", to="audit.auditevent")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["object_id", "-event"], name="audit_by_object"),
                    models.Index(fields=["name", "-event"], name="audit_by_object_name"),
                ],
                "abstract": False,
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(protect_rows, migrations.RunPython.noop),
    ]
