"""Stores machines without asking a cloud: `python -m benchmarks.servers.fill PROVIDERS MACHINES`.

In the database of DATABASE_URL, for its first user: as many simulators, with all the machines
together, stored as listings are.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping

from benchmarks.servers.process import ROOT

STATES = ("RUNNING", "RUNNING", "STOPPED", "RUNNING", "TERMINATED")


def fill(environment: Mapping[str, str], *, providers: int, machines: int) -> None:
    """Raises CalledProcessError."""
    subprocess.run(  # noqa: S603 - our own module and arguments
        [sys.executable, "-m", __name__, str(providers), str(machines)],
        cwd=ROOT,
        env=dict(environment),
        check=True,
    )


def _records(provider: int, count: int) -> Iterator[object]:
    from inventory.types import MachineRecord, MachineState  # noqa: PLC0415 - after django.setup

    for number in range(count):
        yield MachineRecord(
            external_id=f"i-{provider:03}-{number:05}",
            # Names of all providers are mixed in the order of names.
            name=f"web-{(number * 7919 + provider * 104_729) % 1_000_003:07}",
            state=MachineState(STATES[number % len(STATES)]),
            raw_state="up",
            size_id=f"size-{number % 8}",
            memory=1024 * (1 + number % 8),
            vcpus=1 + number % 4,
            public_ips=(f"198.51.100.{number % 250}",),
            tags=(("env", ("prod", "test")[number % 2]), ("team", f"team-{provider % 10}")),
        )


def main(providers: int, machines: int) -> None:
    import django  # noqa: PLC0415 - a script's own

    django.setup()
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - after django.setup
    from django.utils import timezone  # noqa: PLC0415 - after django.setup

    from inventory.live.store import store_listing  # noqa: PLC0415 - after django.setup
    from inventory.services.providers import provider_connect  # noqa: PLC0415 - as above

    owner = get_user_model().objects.order_by("pk")[0]
    for number in range(providers):
        name = f"simulator-{number}"
        provider = provider_connect(
            owner=owner, kind="simulator", name=name, credentials={"seed": name}
        )
        source = provider.sources.get(resource="virtual_machines")
        records = list(_records(number, machines // providers))
        store_listing(source.pk, records, started_at=timezone.now())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
