"""A full name is unique among imported repositories, and among those of each creator."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("inventory", "0021_names_of_scheduled_machines"),
    ]

    operations = [
        migrations.RemoveConstraint("repository", "repository_by_folded_name"),
        migrations.AlterField("repository", "full_name", models.CharField(max_length=400)),
        migrations.AddConstraint(
            "repository",
            models.UniqueConstraint(
                fields=["full_name_folded", "duplicate"],
                condition=models.Q(("creator", None)),
                name="imported_repository_by_name",
            ),
        ),
        migrations.AddConstraint(
            "repository",
            models.UniqueConstraint(
                fields=["creator", "full_name_folded", "duplicate"],
                name="repository_by_creator_and_name",
            ),
        ),
    ]
