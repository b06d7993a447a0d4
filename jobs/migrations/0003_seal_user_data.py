"""What machines run at their first boot may hold secrets: it stands in no row in clear any more."""

from django.db import migrations

from gateway.core.crypto import encrypt_json


def seal(apps, _schema_editor):
    jobs = apps.get_model("jobs", "Job").objects
    for job in jobs.filter(operation="virtual_machine.provision").iterator(chunk_size=200):
        user_data = job.arguments.get("user_data")
        if isinstance(user_data, str):
            sealed = job.arguments | {"user_data": {"sealed": encrypt_json(user_data)}}
            jobs.filter(pk=job.pk).update(arguments=sealed)


class Migration(migrations.Migration):

    dependencies = [
        ("jobs", "0002_idempotency_key"),
    ]

    operations = [
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
