"""Print docs/providers.md as the declarations have it; `make providers` writes it."""

from typing import Any

from django.core.management.base import BaseCommand

from inventory.providers import all_kinds, shipped
from inventory.providers.reference import reference


class Command(BaseCommand):
    help = "Print docs/providers.md, written from the kinds of this repository."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(reference(filter(shipped, all_kinds())), ending="")
