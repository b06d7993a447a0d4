"""manage.py refresh_prices: clouds' own lists of prices, read where the network allows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gateway.core.errors import ExpectedError
from gateway.core.text import printable
from inventory.models import Provider
from inventory.providers.price_lists import PRICE_LISTS, PriceListError
from inventory.services.price_lists import prices_refresh

HELP = """Read the list of prices of a cloud to its end, store it in place of the one that there
was, and price all objects by it. A list that cannot be read to its end, or that is shorter than the
stored one, changes nothing. docs/prices.md says what each list needs."""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "kinds",
            nargs="*",
            metavar="KIND",
            help=f"of {', '.join(PRICE_LISTS)}; none: those of connected providers",
        )
        parser.add_argument(
            "--region",
            action="append",
            dest="regions",
            help="a region of the cloud; none: those of connected providers",
        )
        parser.add_argument(
            "--allow-shorter", action="store_true", help="store a list that has become shorter"
        )

    def handle(
        self,
        *_args: Any,
        kinds: list[str],
        regions: list[str] | None,
        allow_shorter: bool,
        **_options: Any,
    ) -> None:
        failed = []
        for kind in kinds or _connected():
            try:
                count, changed = prices_refresh(kind, regions, allow_shorter=allow_shorter)
            except PriceListError as error:
                failed.append(f"{kind}: {error}")
                continue
            except ExpectedError as error:
                failed.append(f"{kind}: {error.message}")
                continue
            self.stdout.write(f"{kind}: {count} prices; {changed} objects have another one.")
        if failed:
            raise CommandError(printable("\n".join(failed)))


def _connected() -> list[str]:
    slugs = set(Provider.objects.values_list("kind_slug", flat=True))
    return [kind for kind in PRICE_LISTS if kind in slugs]
