import django.db.models.deletion
import gateway.core.folded_field
from django.db import migrations, models


def read_them_again(apps, _schema_editor):
    """The rows of the former table are gone: no list of images was ever read, and none recorded."""
    sources = apps.get_model("inventory", "Source").objects.filter(resource="images")
    sources.update(
        attempt_started_at=None,
        listing_started_at=None,
        fetched_at=None,
        count=None,
        error_code="",
        error_message="",
        failures=0,
        retry_at=None,
        unusable=0,
        unusable_reason="",
        recorded_since=None,
    )
    apps.get_model("inventory", "PastSource").objects.filter(resource="images").delete()


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0020_indexes_of_versions'),
    ]

    operations = [
        # Rows of a catalogue, which have nothing of what a row now needs: they are read again.
        migrations.DeleteModel(name='Image'),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=100)),
                ('external_id', models.CharField(max_length=400)),
                ('name', models.CharField(max_length=300)),
                ('name_folded', gateway.core.folded_field.FoldedField(default='', editable=False, longest=None, of='name')),
                ('raw_state', models.CharField(max_length=100)),
                ('state_changed_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(null=True)),
                ('search_text', models.TextField(default='')),
                ('problem', models.CharField(max_length=500, null=True)),
                ('fingerprint', models.CharField(max_length=32)),
                ('read_started_at', models.DateTimeField()),
                ('observed_at', models.DateTimeField()),
                ('provisioned_at', models.DateTimeField(null=True)),
                ('first_seen_at', models.DateTimeField(null=True)),
                ('recorded_since', models.DateTimeField(null=True)),
                ('listed', models.BooleanField(default=True)),
                ('unlisted_since', models.DateTimeField(null=True)),
                ('missing_since', models.DateTimeField(null=True)),
                ('last_state', models.CharField(blank=True, max_length=20)),
                ('state', models.CharField(choices=[('CREATING', 'CREATING'), ('AVAILABLE', 'AVAILABLE'), ('DISABLED', 'DISABLED'), ('DELETING', 'DELETING'), ('DELETED', 'DELETED'), ('MISSING', 'MISSING'), ('ERROR', 'ERROR'), ('UNKNOWN', 'UNKNOWN')], max_length=20)),
                ('size', models.PositiveIntegerField(null=True)),
                ('architecture', models.CharField(max_length=50, null=True)),
                ('public', models.BooleanField(null=True)),
                ('own', models.BooleanField(null=True)),
                ('description', models.CharField(max_length=500, null=True)),
                ('machine_id', models.CharField(db_index=True, max_length=400, null=True)),
                ('snapshot_ids', models.JSONField(default=list)),
                ('tags', models.JSONField(default=list)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.provider')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['name', 'id'], name='image_by_name'), models.Index(fields=['provider', 'name', 'id'], name='image_by_provider_name'), models.Index(fields=['state', 'name', 'id'], name='image_by_state_name'), models.Index(fields=['created_at', 'id'], name='image_by_created_at')],
                'constraints': [models.UniqueConstraint(fields=('source', 'external_id'), name='image_per_source')],
            },
        ),
        migrations.RunPython(read_them_again, migrations.RunPython.noop),
    ]
