"""Print docs/resources.md as the declarations have it; `make resources` writes it."""

from typing import Any

from django.core.management.base import BaseCommand

from inventory.resources import all_resources
from inventory.schema.resource_explanation import reference


class Command(BaseCommand):
    help = "Print docs/resources.md, written from the declarations of resources."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(reference(all_resources()), ending="")
