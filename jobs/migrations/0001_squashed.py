import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("jobs", "0001_initial"),
        ("jobs", "0002_idempotency_key"),
        ("jobs", "0003_seal_user_data"),
        ("jobs", "0004_slots_and_priorities"),
        ("jobs", "0005_schedules"),
        ("jobs", "0006_names_rights_and_created"),
        ("jobs", "0007_locks"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('operation', models.CharField(max_length=100)),
                ('arguments', models.JSONField(default=dict)),
                ('target', models.CharField(db_index=True, max_length=1000, null=True)),
                ('scope', models.CharField(max_length=200, null=True)),
                ('lock', models.CharField(db_default='main', default='main', max_length=20)),
                ('target_name', models.CharField(blank=True, max_length=300)),
                ('scope_name', models.CharField(blank=True, max_length=100)),
                ('scope_kind', models.CharField(blank=True, max_length=50)),
                ('requester_login', models.CharField(blank=True, max_length=150)),
                ('credential', models.CharField(blank=True, max_length=60)),
                ('idempotency_key', models.CharField(editable=False, max_length=255, null=True)),
                ('request_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('state', models.CharField(choices=[('QUEUED', 'QUEUED'), ('RUNNING', 'RUNNING'), ('SUCCEEDED', 'SUCCEEDED'), ('FAILED', 'FAILED'), ('CANCELING', 'CANCELING'), ('CANCELED', 'CANCELED')], default='QUEUED', max_length=10)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('progress', models.PositiveSmallIntegerField(default=0)),
                ('memory', models.JSONField(default=dict)),
                ('result', models.JSONField(null=True)),
                ('created', models.JSONField(default=list)),
                ('error_code', models.CharField(blank=True, max_length=50)),
                ('error_message', models.TextField(blank=True)),
                ('error_retryable', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('deadline_seconds', models.FloatField(null=True)),
                ('deadline_at', models.DateTimeField()),
                ('run_after', models.DateTimeField(null=True)),
                ('priority', models.PositiveSmallIntegerField(default=0)),
                ('step', models.PositiveIntegerField(default=0)),
                ('lease_owner', models.CharField(max_length=100, null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('interrupted', models.BooleanField(default=False)),
                ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='jobs.job')),
                ('requested_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('retried_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='retries', to='jobs.job')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['state', 'run_after'], name='job_due'),
                    models.Index(fields=['-created_at', '-id'], name='job_newest'),
                    models.Index(fields=['requested_by', '-created_at', '-id'], name='job_by_requester'),
                    models.Index(fields=['scope', '-created_at', '-id'], name='job_by_scope'),
                    models.Index(fields=['parent', 'created_at', 'id'], name='job_children'),
                    models.Index(condition=models.Q(('lease_owner__isnull', False)), fields=['scope'], name='job_leased'),
                    models.Index(condition=models.Q(('idempotency_key__isnull', False)), fields=['created_at'], name='job_with_key'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('target__isnull', False), ('state__in', ['QUEUED', 'RUNNING', 'CANCELING'])), fields=('target', 'lock'), name='one_unfinished_job_per_lock'),
                    models.UniqueConstraint(fields=('requested_by', 'idempotency_key'), name='one_job_per_idempotency_key'),
                    models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='progress_is_percent'),
                ],
            },
        ),
        migrations.CreateModel(
            name='JobEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('QUEUED', 'QUEUED'), ('RUNNING', 'RUNNING'), ('PROGRESS', 'PROGRESS'), ('WAITING', 'WAITING'), ('RETRYING', 'RETRYING'), ('INTERRUPTED', 'INTERRUPTED'), ('CANCELING', 'CANCELING'), ('SUCCEEDED', 'SUCCEEDED'), ('FAILED', 'FAILED'), ('CANCELED', 'CANCELED')], max_length=20)),
                ('message', models.TextField()),
                ('job', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='jobs.job')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['job', 'id'], name='event_by_job'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('operation', models.CharField(max_length=100)),
                ('arguments', models.JSONField(default=dict)),
                ('cron', models.CharField(max_length=100)),
                ('timezone', models.CharField(max_length=60)),
                ('enabled', models.BooleanField(default=True)),
                ('next_run_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [
                    models.Index(condition=models.Q(('next_run_at__isnull', False)), fields=['next_run_at'], name='schedule_due'),
                    models.Index(fields=['name', 'id'], name='schedule_by_name'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('owner', 'name'), name='schedule_name_of_its_owner'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ScheduleRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('planned_at', models.DateTimeField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('outcome', models.CharField(choices=[('SUBMITTED', 'SUBMITTED'), ('REFUSED', 'REFUSED'), ('MISSED', 'MISSED')], max_length=10)),
                ('message', models.TextField()),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
                ('schedule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='jobs.schedule')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('schedule', 'planned_at'), name='one_run_per_planned_time'),
                ],
            },
        ),
    ]
