"""A new database does not come here, but to 0001_squashed_0013_sources_of_new_resources."""

import django.db.models.deletion
import django.utils.timezone
import gateway.core.crypto
import gateway.core.folded_field
import uuid
from django.conf import settings
from django.db import DatabaseError, migrations, models, transaction
from django.db.migrations.recorder import MigrationRecorder


def index_free_text(_apps, schema_editor):
    """Without the extension free text is still found, by reading the machines' texts."""
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            schema_editor.execute(
                "CREATE INDEX machine_by_text ON inventory_virtualmachine"
                " USING gin (search_text gin_trgm_ops)"
            )
    except DatabaseError:
        print("pg_trgm cannot be had here: free text is searched without an index.")


class Migration(migrations.Migration):

    initial = True

    # Not `replaces`: the migration that replaces this one names them too, and Django 5.2 wants none that
    # replaces one that replaces others (docs.djangoproject.com/en/5.2/topics/migrations/).
    stands_for = [
        ("inventory", "0001_initial"),
        ("inventory", "0002_breaker"),
        ("inventory", "0003_change"),
        ("inventory", "0004_every_region"),
        ("inventory", "0005_search"),
        ("inventory", "0006_fill_search"),
        ("inventory", "0007_grant"),
        ("inventory", "0008_provider_scope"),
        ("inventory", "0009_container"),
        ("inventory", "0010_provider_check"),
        ("inventory", "0011_longer_external_id"),
        ("inventory", "0012_launched_at"),
        ("inventory", "0013_region_sets"),
        ("inventory", "0014_names_of_jobs"),
        ("inventory", "0015_folded_text"),
        ("inventory", "0016_repository_by_folded_name"),
        ("inventory", "0017_problem"),
        ("inventory", "0018_region_origins"),
        ("inventory", "0019_provider_demo"),
        ("inventory", "0020_canonical_addresses"),
        ("inventory", "0021_names_of_scheduled_machines"),
        ("inventory", "0022_repository_names_by_creator"),
    ]

    def apply(self, project_state, schema_editor, collect_sql=False):
        """Changes nothing where all that it stands for is applied."""
        applied = MigrationRecorder(schema_editor.connection).applied_migrations()
        if all(one in applied for one in self.stands_for):
            return self.mutate_state(project_state)
        return super().apply(project_state, schema_editor, collect_sql)

    dependencies = [
        ('accounts', '0001_squashed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('scope', models.CharField(editable=False, max_length=200, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('kind_slug', models.CharField(db_index=True, max_length=50)),
                ('regions', models.JSONField(default=list)),
                ('named_regions', models.JSONField(default=list)),
                ('assumed_regions', models.JSONField(default=list)),
                ('unlisted_regions', models.JSONField(default=dict)),
                ('every_region', models.BooleanField(default=False)),
                ('demo', models.BooleanField(default=False)),
                ('deadline_ms', models.PositiveIntegerField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='providers', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('owner', 'name'), name='provider_name_per_owner'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ProviderCheck',
            fields=[
                ('provider', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='latest_check', serialize=False, to='inventory.provider')),
                ('checked_at', models.DateTimeField()),
                ('duration_ms', models.PositiveIntegerField()),
                ('regions', models.JSONField()),
                ('regions_error', models.JSONField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('VIEWER', 'Viewer'), ('OPERATOR', 'Operator'), ('ADMIN', 'Admin')], max_length=10)),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.team')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='inventory.provider')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('team__isnull', False), ('user', None)), models.Q(('team', None), ('user__isnull', False)), _connector='OR'), name='grant_to_user_or_team'),
                    models.UniqueConstraint(fields=('provider', 'user'), name='one_grant_per_user'),
                    models.UniqueConstraint(fields=('provider', 'team'), name='one_grant_per_team'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Credentials',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('values', gateway.core.crypto.EncryptedJSONField()),
                ('provider', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='credentials', to='inventory.provider')),
            ],
            options={
                'verbose_name_plural': 'credentials',
            },
        ),
        migrations.CreateModel(
            name='Repository',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('full_name', models.CharField(max_length=400)),
                ('owner_login', models.CharField(db_index=True, max_length=200)),
                ('url', models.CharField(max_length=1000)),
                ('description', models.TextField(blank=True)),
                ('name_folded', gateway.core.folded_field.FoldedField(default='', editable=False, longest=600, of='name')),
                ('full_name_folded', gateway.core.folded_field.FoldedField(default='', editable=False, longest=600, of='full_name')),
                ('owner_folded', gateway.core.folded_field.FoldedField(default='', editable=False, longest=600, of='owner_login')),
                ('description_folded', gateway.core.folded_field.FoldedField(default='', editable=False, longest=None, of='description')),
                ('duplicate', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('creator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='repositories', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'repositories',
                'indexes': [
                    models.Index(fields=['created_at', 'id'], name='repository_by_created_at'),
                    models.Index(fields=['name_folded'], name='repository_by_name'),
                    models.Index(fields=['owner_folded'], name='repository_by_owner'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('creator', None)), fields=('full_name_folded', 'duplicate'), name='imported_repository_by_name'),
                    models.UniqueConstraint(fields=('creator', 'full_name_folded', 'duplicate'), name='repository_by_creator_and_name'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=100)),
                ('resource', models.CharField(choices=[('virtual_machines', 'Virtual Machines'), ('containers', 'Containers'), ('sizes', 'Sizes'), ('images', 'Images'), ('locations', 'Locations'), ('regions', 'Regions')], max_length=30)),
                ('dirty_at', models.DateTimeField(null=True)),
                ('attempt_started_at', models.DateTimeField(null=True)),
                ('duration_ms', models.PositiveIntegerField(null=True)),
                ('error_code', models.CharField(blank=True, max_length=40)),
                ('error_message', models.CharField(blank=True, max_length=500)),
                ('error_retryable', models.BooleanField(default=False)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('retry_at', models.DateTimeField(null=True)),
                ('listing_started_at', models.DateTimeField(null=True)),
                ('fetched_at', models.DateTimeField(null=True)),
                ('count', models.PositiveIntegerField(null=True)),
                ('unusable', models.PositiveIntegerField(default=0)),
                ('unusable_reason', models.CharField(blank=True, max_length=500)),
                ('version', models.PositiveBigIntegerField(default=0)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='inventory.provider')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('provider', 'region', 'resource'), name='source_per_region_and_resource'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Size',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=100)),
                ('external_id', models.CharField(max_length=500)),
                ('name', models.CharField(max_length=500)),
                ('name_folded', gateway.core.folded_field.FoldedField(default='', editable=False, longest=None, of='name')),
                ('problem', models.CharField(max_length=500, null=True)),
                ('fingerprint', models.CharField(max_length=32)),
                ('memory', models.PositiveIntegerField(null=True)),
                ('vcpus', models.PositiveIntegerField(null=True)),
                ('disk', models.PositiveIntegerField(null=True)),
                ('price_per_hour', models.DecimalField(decimal_places=6, max_digits=14, null=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.provider')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'indexes': [
                    models.Index(fields=['provider', 'name', 'id'], name='size_by_name'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('source', 'external_id'), name='size_per_source'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Location',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=100)),
                ('external_id', models.CharField(max_length=500)),
                ('name', models.CharField(max_length=500)),
                ('name_folded', gateway.core.folded_field.FoldedField(default='', editable=False, longest=None, of='name')),
                ('problem', models.CharField(max_length=500, null=True)),
                ('fingerprint', models.CharField(max_length=32)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.provider')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'indexes': [
                    models.Index(fields=['provider', 'name', 'id'], name='location_by_name'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('source', 'external_id'), name='location_per_source'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=100)),
                ('external_id', models.CharField(max_length=500)),
                ('name', models.CharField(max_length=500)),
                ('name_folded', gateway.core.folded_field.FoldedField(default='', editable=False, longest=None, of='name')),
                ('problem', models.CharField(max_length=500, null=True)),
                ('fingerprint', models.CharField(max_length=32)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.provider')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.source')),
            ],
            options={
                'abstract': False,
                'indexes': [
                    models.Index(fields=['provider', 'name', 'id'], name='image_by_name'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('source', 'external_id'), name='image_per_source'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Container',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=100)),
                ('external_id', models.CharField(max_length=400)),
                ('name', models.CharField(max_length=300)),
                ('name_folded', gateway.core.folded_field.FoldedField(default='', editable=False, longest=None, of='name')),
                ('raw_state', models.CharField(max_length=100)),
                ('memory', models.PositiveIntegerField(null=True)),
                ('created_at', models.DateTimeField(null=True)),
                ('search_text', models.TextField(default='')),
                ('problem', models.CharField(max_length=500, null=True)),
                ('fingerprint', models.CharField(max_length=32)),
                ('read_started_at', models.DateTimeField()),
                ('observed_at', models.DateTimeField()),
                ('provisioned_at', models.DateTimeField(null=True)),
                ('listed', models.BooleanField(default=True)),
                ('unlisted_since', models.DateTimeField(null=True)),
                ('missing_since', models.DateTimeField(null=True)),
                ('last_state', models.CharField(blank=True, max_length=20)),
                ('state', models.CharField(choices=[('PENDING', 'PENDING'), ('CREATED', 'CREATED'), ('RUNNING', 'RUNNING'), ('RESTARTING', 'RESTARTING'), ('PAUSED', 'PAUSED'), ('STOPPED', 'STOPPED'), ('STOPPING', 'STOPPING'), ('REMOVED', 'REMOVED'), ('MISSING', 'MISSING'), ('ERROR', 'ERROR'), ('UNKNOWN', 'UNKNOWN')], max_length=20)),
                ('exit_code', models.IntegerField(null=True)),
                ('image', models.CharField(max_length=500, null=True)),
                ('image_folded', gateway.core.folded_field.FoldedField(default='', editable=False, longest=None, of='image')),
                ('image_id', models.CharField(max_length=500, null=True)),
                ('command', models.TextField(null=True)),
                ('ips', models.JSONField(default=list)),
                ('ports', models.JSONField(default=list)),
                ('labels', models.JSONField(default=list)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.provider')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.source')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['name', 'id'], name='container_by_name'),
                    models.Index(fields=['provider', 'name', 'id'], name='container_by_provider_name'),
                    models.Index(fields=['state', 'name', 'id'], name='container_by_state_name'),
                    models.Index(fields=['created_at', 'id'], name='container_by_created_at'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('source', 'external_id'), name='container_per_source'),
                ],
            },
        ),
        migrations.CreateModel(
            name='VirtualMachine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=100)),
                ('external_id', models.CharField(max_length=400)),
                ('name', models.CharField(max_length=300)),
                ('name_folded', gateway.core.folded_field.FoldedField(default='', editable=False, longest=None, of='name')),
                ('raw_state', models.CharField(max_length=100)),
                ('memory', models.PositiveIntegerField(null=True)),
                ('created_at', models.DateTimeField(null=True)),
                ('search_text', models.TextField(default='')),
                ('problem', models.CharField(max_length=500, null=True)),
                ('fingerprint', models.CharField(max_length=32)),
                ('read_started_at', models.DateTimeField()),
                ('observed_at', models.DateTimeField()),
                ('provisioned_at', models.DateTimeField(null=True)),
                ('listed', models.BooleanField(default=True)),
                ('unlisted_since', models.DateTimeField(null=True)),
                ('missing_since', models.DateTimeField(null=True)),
                ('last_state', models.CharField(blank=True, max_length=20)),
                ('state', models.CharField(choices=[('PENDING', 'PENDING'), ('RUNNING', 'RUNNING'), ('STOPPING', 'STOPPING'), ('STOPPED', 'STOPPED'), ('REBOOTING', 'REBOOTING'), ('SUSPENDED', 'SUSPENDED'), ('PAUSED', 'PAUSED'), ('TERMINATED', 'TERMINATED'), ('MISSING', 'MISSING'), ('ERROR', 'ERROR'), ('UNKNOWN', 'UNKNOWN')], max_length=20)),
                ('size_id', models.CharField(max_length=300, null=True)),
                ('size_name', models.CharField(max_length=300, null=True)),
                ('vcpus', models.PositiveIntegerField(null=True)),
                ('disk', models.PositiveIntegerField(null=True)),
                ('price_per_hour', models.DecimalField(decimal_places=6, max_digits=14, null=True)),
                ('image_id', models.CharField(max_length=500, null=True)),
                ('image_name', models.CharField(max_length=300, null=True)),
                ('location_id', models.CharField(max_length=300, null=True)),
                ('location_name', models.CharField(max_length=300, null=True)),
                ('public_ips', models.JSONField(default=list)),
                ('private_ips', models.JSONField(default=list)),
                ('tags', models.JSONField(default=list)),
                ('launched_at', models.DateTimeField(null=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.provider')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.source')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['name', 'id'], name='machine_by_name'),
                    models.Index(fields=['provider', 'name', 'id'], name='machine_by_provider_name'),
                    models.Index(fields=['state', 'name', 'id'], name='machine_by_state_name'),
                    models.Index(fields=['created_at', 'id'], name='machine_by_created_at'),
                    models.Index(fields=['source', 'state'], name='machine_by_source_state'),
                    models.Index(fields=['size_id', 'id'], name='machine_by_size'),
                    models.Index(fields=['image_id', 'id'], name='machine_by_image'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('source', 'external_id'), name='machine_per_source'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MachineTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=300)),
                ('value', models.CharField(blank=True, max_length=300)),
                ('machine', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.virtualmachine')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['key', 'value', 'machine'], name='machine_by_tag'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MachineAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=300)),
                ('machine', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.virtualmachine')),
            ],
            options={
                'verbose_name_plural': 'machine addresses',
                'indexes': [
                    models.Index(fields=['address', 'machine'], name='machine_by_address'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('field', models.CharField(max_length=40)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.provider')),
                ('machine', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='inventory.virtualmachine')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['machine', '-at', '-id'], name='change_of_machine'),
                    models.Index(fields=['provider', '-at', '-id'], name='change_of_provider'),
                    models.Index(fields=['at'], name='change_by_age'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ContainerLabel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=300)),
                ('value', models.CharField(blank=True, max_length=300)),
                ('container', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.container')),
            ],
            options={
                'indexes': [models.Index(fields=['key', 'value', 'container'], name='container_by_label')],
            },
        ),
        migrations.RunPython(index_free_text, migrations.RunPython.noop),
    ]
