"""A migration of its own: PostgreSQL alters no table in the transaction that updated its rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0015_folded_text"),
    ]

    operations = [
        migrations.AddConstraint(
            "repository",
            models.UniqueConstraint(
                fields=("full_name_folded", "duplicate"), name="repository_by_folded_name"
            ),
        ),
        migrations.AddIndex(
            "repository", models.Index(fields=["name_folded"], name="repository_by_name")
        ),
        migrations.AddIndex(
            "repository", models.Index(fields=["owner_folded"], name="repository_by_owner")
        ),
    ]
