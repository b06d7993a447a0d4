"""Names are stored folded too, so that both databases compare them alike; rows that are there
already get theirs. Of repositories that differ only in case, the oldest has number 0."""

from collections import Counter

from django.db import migrations, models
from django.db.models.functions import Lower

import gateway.core.folded_field
from gateway.core.folding import folded

BATCH = 500
LONGEST = 600
NAMED = ("VirtualMachine", "Container", "Size", "Image", "Location")


def fill(apps, _schema_editor):
    for name in NAMED:
        fold(apps.get_model("inventory", name), "name", "name_folded")
    fold(apps.get_model("inventory", "Container"), "image", "image_folded")
    for name in ("VirtualMachine", "Container"):
        fold(apps.get_model("inventory", name), "search_text", "search_text")
    fill_repositories(apps.get_model("inventory", "Repository"))


def fold(model, source, target):
    """The database folds ASCII; only what it leaves different is written one by one."""
    if source != target:
        model.objects.exclude(**{source: None}).update(**{target: Lower(source)})
    last = 0
    while rows := list(
        model.objects.filter(pk__gt=last).order_by("pk").values_list("pk", source, target)[:BATCH]
    ):
        last = rows[-1][0]
        for pk, text, stored in rows:
            if folded(text or "") != stored:
                model.objects.filter(pk=pk).update(**{target: folded(text or "")})


def fill_repositories(model):
    seen = Counter()
    for row in model.objects.order_by("pk").iterator(chunk_size=BATCH):
        key = folded(row.full_name)[:LONGEST]
        model.objects.filter(pk=row.pk).update(
            full_name_folded=key,
            name_folded=folded(row.name)[:LONGEST],
            owner_folded=folded(row.owner_login)[:LONGEST],
            description_folded=folded(row.description),
            duplicate=seen[key],
        )
        seen[key] += 1


def column(of, longest=None):
    return gateway.core.folded_field.FoldedField(default="", editable=False, longest=longest, of=of)


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0014_names_of_jobs"),
    ]

    operations = [
        *[migrations.AddField(name, "name_folded", column("name")) for name in NAMED],
        migrations.AddField("container", "image_folded", column("image")),
        migrations.AddField("repository", "name_folded", column("name", LONGEST)),
        migrations.AddField("repository", "full_name_folded", column("full_name", LONGEST)),
        migrations.AddField("repository", "owner_folded", column("owner_login", LONGEST)),
        migrations.AddField("repository", "description_folded", column("description")),
        migrations.AddField(
            "repository", "duplicate", models.PositiveIntegerField(default=0, editable=False)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
