"""On SQLite a new column makes the table anew, without the triggers that protect its rows."""

from django.db import migrations, models

from gateway.core.audit.protection import protect, unprotect

WORDS = ("UPDATE", "DELETE")


def protect_again(_apps, schema_editor):
    unprotect(schema_editor.connection, *WORDS)
    protect(schema_editor.connection, *WORDS)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_command'),
    ]

    operations = [
        migrations.AddField(
            model_name='auditevent',
            name='names',
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(protect_again, migrations.RunPython.noop),
    ]
