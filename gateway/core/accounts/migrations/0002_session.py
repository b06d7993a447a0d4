"""A login becomes a row of its own: what was a refresh token's family is a session."""

import hashlib
import uuid
from datetime import timedelta

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Max, Min


def fill_sessions(apps, schema_editor):
    """One session a family. Its access tokens name no session and end; it can be renewed."""
    Session = apps.get_model("accounts", "Session")
    RefreshToken = apps.get_model("accounts", "RefreshToken")
    families = RefreshToken.objects.values("family", "user_id", "user__password").annotate(
        began=Min("created_at"), ends=Max("expires_at"), ended=Max("revoked_at")
    )
    for found in families.order_by("family"):
        digest = hashlib.sha256(found["user__password"].encode()).hexdigest()
        session = Session.objects.create(
            id=found["family"],
            user_id=found["user_id"],
            password_digest=digest,
            created_at=found["began"],
            expires_at=found["ends"] + timedelta(days=1),
            ended_at=found["ended"],
        )
        RefreshToken.objects.filter(family=found["family"]).update(session=session)


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("password_digest", models.CharField(max_length=64)),
                ("address", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name="refreshtoken",
            name="session",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="refresh_tokens", to="accounts.session"),
        ),
        migrations.RunPython(fill_sessions, migrations.RunPython.noop),
    ]
