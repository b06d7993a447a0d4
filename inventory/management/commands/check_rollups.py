"""manage.py check_rollups: compare the roll-ups with the rows that they count."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.live.api import rollups_differing, rollups_repair


class Command(BaseCommand):
    help = (
        "Compare the roll-ups, by which aggregates count many objects at once, with the rows that "
        "they count. Fails if they differ. The hourly task inventory.prune repairs them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="count again where they differ")

    def handle(self, *_args: Any, repair: bool, **_options: Any) -> None:
        found = rollups_differing()
        if not found:
            self.stdout.write("The roll-ups agree with the rows.")
            return
        if not repair:
            raise CommandError("\n".join([*found, "Run this again with --repair."]))
        for line in found:
            self.stdout.write(line)
        rollups_repair()
        self.stdout.write("They were counted again.")
