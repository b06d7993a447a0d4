"""A process that lists one source again and again: `python -m benchmarks.servers.lister`.

Each line on its standard input is a number; after as many listings more it answers with the
memory that it holds, in bytes.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from benchmarks.servers.asking import asking

MACHINES = 1000


@contextmanager
def lister(environment: Mapping[str, str]) -> Iterator[Callable[[int], float]]:
    """A function that has so many listings made and returns the process's memory in MiB."""
    with asking(__name__, environment) as ask:
        yield lambda listings: int(ask(listings)) / 2**20


def main() -> None:
    import django  # noqa: PLC0415 - a script's own

    django.setup()
    import psutil  # noqa: PLC0415 - as below
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - after django.setup

    from inventory.live.age import Ask  # noqa: PLC0415 - as above
    from inventory.live.receipts import SourceStatus  # noqa: PLC0415 - as above
    from inventory.live.refresh import refresh  # noqa: PLC0415 - as above
    from inventory.models import Source  # noqa: PLC0415 - as above
    from inventory.services.providers import provider_connect  # noqa: PLC0415 - as above

    owner = get_user_model().objects.create_user(username="lister")
    values = {"seed": "lister", "machines": str(MACHINES)}
    provider = provider_connect(owner=owner, kind="simulator", name="lister", credentials=values)
    sources = Source.objects.select_related("provider")
    for line in sys.stdin:
        for _ in range(int(line)):
            source = sources.get(provider=provider, resource="virtual_machines")
            receipt = refresh([Ask(source, 0)])[source.pk]
            if receipt.status is not SourceStatus.LIVE or receipt.count != MACHINES:
                raise ValueError(receipt)
        print(psutil.Process().memory_info().rss, flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
