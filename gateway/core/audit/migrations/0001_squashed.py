import django.utils.timezone
from django.db import migrations, models

from gateway.core.audit.protection import protect


def protect_rows(_apps, schema_editor):
    protect(schema_editor.connection, "UPDATE", "DELETE")


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("audit", "0001_initial"),
        ("audit", "0002_command"),
        ("audit", "0003_names"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('MUTATION', 'Mutation'), ('LOGIN', 'Login'), ('REFUSAL', 'Refusal'), ('COMMAND', 'Command')], max_length=10)),
                ('action', models.CharField(max_length=100)),
                ('user_key', models.BigIntegerField(null=True)),
                ('login', models.CharField(blank=True, max_length=150)),
                ('credential', models.CharField(blank=True, max_length=60)),
                ('address', models.CharField(blank=True, max_length=64)),
                ('arguments', models.JSONField(default=dict)),
                ('names', models.JSONField(default=dict)),
                ('outcome', models.CharField(max_length=50)),
                ('result', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['-at', '-id'], name='audit_newest'), models.Index(fields=['user_key', '-at', '-id'], name='audit_by_user'), models.Index(fields=['action', '-at', '-id'], name='audit_by_action')],
            },
        ),
        migrations.RunPython(protect_rows, migrations.RunPython.noop),
    ]
