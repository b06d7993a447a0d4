import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

NOT_RECORDED = "What it had at that time was not recorded."
MODELS = (
    "Bucket",
    "Container",
    "KeyPair",
    "Repository",
    "SecurityGroup",
    "Snapshot",
    "VirtualMachine",
    "Volume",
)


def record_from_now_on(apps, _schema_editor):
    """Records the stored rows from now on.

    The first change of an object's state shows when it was first seen; else, the time at which it
    came into its state.
    """
    now = timezone.now()
    changes = apps.get_model("inventory", "Change").objects
    created = changes.filter(source=OuterRef("source"), row_id=OuterRef("pk"), field="state")
    created = created.filter(before__isnull=True).order_by("at")
    for name in MODELS:
        rows = apps.get_model("inventory", name)._default_manager.exclude(source=None)
        rows.update(
            recorded_since=now,
            first_seen_at=Coalesce(
                Subquery(created.values("at")[:1]), "state_changed_at", "read_started_at"
            ),
        )
    sources = apps.get_model("inventory", "Source").objects.exclude(attempt_started_at=None)
    PastSource = apps.get_model("inventory", "PastSource")
    PastSource.objects.bulk_create(
        [
            PastSource(
                source_key=one.pk,
                provider_key=one.provider_id,
                region=one.region,
                resource=one.resource,
                since=one.provider.created_at,
                until=now,
                error_code="BEFORE_HISTORY",
                error_message=NOT_RECORDED,
            )
            for one in sources.select_related("provider")
        ],
        batch_size=200,
    )
    sources.update(recorded_since=now)


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0015_changes_of_all_resources'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='bucket',
            name='first_seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='bucket',
            name='recorded_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='container',
            name='first_seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='container',
            name='recorded_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='keypair',
            name='first_seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='keypair',
            name='recorded_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='repository',
            name='first_seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='repository',
            name='recorded_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='securitygroup',
            name='first_seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='securitygroup',
            name='recorded_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='first_seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='recorded_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='source',
            name='recorded_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='virtualmachine',
            name='first_seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='virtualmachine',
            name='recorded_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='volume',
            name='first_seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='volume',
            name='recorded_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='PastProvider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider_key', models.BigIntegerField(unique=True)),
                ('public_id', models.UUIDField()),
                ('scope', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=100)),
                ('kind_slug', models.CharField(max_length=50)),
                ('driver', models.CharField(blank=True, default='', max_length=50)),
                ('trust_listing', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(db_index=True)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PastRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_key', models.BigIntegerField()),
                ('provider_key', models.BigIntegerField()),
                ('row_key', models.BigIntegerField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('facts', models.JSONField()),
            ],
            options={
                'indexes': [models.Index(fields=['source_key', 'until'], name='past_row_of_source'), models.Index(fields=['until'], name='past_row_by_age')],
            },
        ),
        migrations.CreateModel(
            name='PastSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_key', models.BigIntegerField()),
                ('provider_key', models.BigIntegerField()),
                ('region', models.CharField(max_length=100)),
                ('resource', models.CharField(max_length=30)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('error_code', models.CharField(blank=True, max_length=40)),
                ('error_message', models.CharField(blank=True, max_length=500)),
                ('error_retryable', models.BooleanField(default=False)),
                ('listing_started_at', models.DateTimeField(null=True)),
                ('fetched_at', models.DateTimeField(null=True)),
                ('count', models.PositiveIntegerField(null=True)),
                ('unusable', models.PositiveIntegerField(default=0)),
                ('unusable_reason', models.CharField(blank=True, max_length=500)),
                ('absence', models.CharField(blank=True, default='', max_length=500)),
            ],
            options={
                'indexes': [models.Index(fields=['source_key', 'until'], name='past_source_of_source'), models.Index(fields=['provider_key', 'until'], name='past_source_of_provider'), models.Index(fields=['until'], name='past_source_by_age')],
            },
        ),
        migrations.RunPython(record_from_now_on, migrations.RunPython.noop),
    ]
