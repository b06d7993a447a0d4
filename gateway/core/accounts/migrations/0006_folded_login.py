"""Users who are there already get their folded login; of those that differ only in case, the
oldest has number 0."""

from collections import Counter

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from gateway.core.folding import folded

LONGEST = 600
BATCH = 200


def fill(apps, _schema_editor):
    seen = Counter()
    rows = []
    model = apps.get_model("accounts", "FoldedLogin")
    users = apps.get_model("auth", "User").objects.order_by("pk")
    for pk, username in users.values_list("pk", "username"):
        key = folded(username)[:LONGEST]
        rows.append(model(user_id=pk, folded=key, duplicate=seen[key]))
        seen[key] += 1
    model.objects.bulk_create(rows, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_api_token"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FoldedLogin",
            fields=[
                ("user", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="folded_login", serialize=False, to=settings.AUTH_USER_MODEL)),
                ("folded", models.TextField()),
                ("duplicate", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("folded", "duplicate"), name="user_by_folded_login")],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
