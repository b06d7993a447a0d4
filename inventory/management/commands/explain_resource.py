"""Print all that is derived of a resource, and where each part of it is declared."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.resources import all_resources, resource_named
from inventory.schema.resource_explanation import explanation


class Command(BaseCommand):
    help = "Print what is derived of a resource, with the file and line of its declaration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="The resource, as virtual_machines.")

    def handle(self, *_args: Any, name: str, **_options: Any) -> None:
        try:
            resource = resource_named(name)
        except KeyError:
            known = ", ".join(one.plural for one in all_resources())
            raise CommandError(f"There is no resource {name!r}. Resources: {known}.") from None
        for line in explanation(resource):
            self.stdout.write(line)
