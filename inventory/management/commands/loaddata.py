"""manage.py loaddata: Django's, which counts the roll-ups again.

A dump has the lines of roll-ups, and the rows that they count. While rows are loaded, triggers make
the same lines, and the second of two equal lines is refused.
"""

from collections.abc import Sequence

from django.core.management.commands import loaddata

from inventory.rollups.upkeep import made_again


class Command(loaddata.Command):
    def loaddata(self, fixture_labels: Sequence[str]) -> None:
        """Runs in the transaction of the command."""
        with made_again():
            super().loaddata(fixture_labels)
