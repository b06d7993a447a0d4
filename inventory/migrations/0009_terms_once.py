from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef

LINKS = {"MachineTag": "machine", "ContainerLabel": "container"}


def keep_the_first(apps: Any, _editor: Any) -> None:
    """A cloud may list a tag twice; aggregates count the terms of a key."""
    for name, link in LINKS.items():
        terms = apps.get_model("inventory", name)._default_manager
        alike = {one: OuterRef(one) for one in (link, "key", "value")}
        terms.filter(Exists(terms.filter(pk__lt=OuterRef("pk"), **alike))).delete()


class Migration(migrations.Migration):
    dependencies = [("inventory", "0008_repository_search_text")]

    operations = [migrations.RunPython(keep_the_first, migrations.RunPython.noop)]
