"""Roles on providers, and what a provider is called by jobs and tokens."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from gateway.core.ids import global_id


def fill_scopes(apps, schema_editor):
    Provider = apps.get_model("inventory", "Provider")
    for pk, public_id in Provider.objects.values_list("pk", "public_id"):
        Provider.objects.filter(pk=pk).update(scope=global_id("Provider", public_id))


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("accounts", "0004_team"),
        ("inventory", "0006_fill_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(choices=[("VIEWER", "Viewer"), ("OPERATOR", "Operator"), ("ADMIN", "Admin")], max_length=10)),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("granted_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("provider", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="inventory.provider")),
                ("team", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.team")),
                ("user", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(models.Q(("team__isnull", False), ("user", None)), models.Q(("team", None), ("user__isnull", False)), _connector="OR"), name="grant_to_user_or_team"),
                    models.UniqueConstraint(fields=("provider", "user"), name="one_grant_per_user"),
                    models.UniqueConstraint(fields=("provider", "team"), name="one_grant_per_team"),
                ],
            },
        ),
        migrations.AddField(
            model_name="provider",
            name="scope",
            field=models.CharField(editable=False, max_length=200, null=True),
        ),
        migrations.RunPython(fill_scopes, migrations.RunPython.noop),
    ]
