"""The order of locks in docs/architecture.md: no two transactions of ours end in a deadlock.

Each pair runs against each other on PostgreSQL, one of them stopped after each of its statements.
The repetition of ended transactions is switched off: it is for what the order does not cover.
"""

import os
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from gateway.core import transactions
from gateway.core.accounts.models import Team
from gateway.core.accounts.teams import team_delete, team_member_add, team_member_remove
from gateway.core.errors import ExpectedError
from gateway.core.ids import global_id
from inventory.live.changes import changes_prune
from inventory.live.region_set import store_found, store_regions
from inventory.live.retention import gone_rows_prune, regions_prune
from inventory.live.source_state import mark_dirty
from inventory.live.store import store_listing, store_one, store_removal
from inventory.models import (
    Change,
    Container,
    ContainerLabel,
    Credentials,
    MachineTag,
    Provider,
    Role,
    Source,
    VirtualMachine,
)
from inventory.models.source import SourceResource
from inventory.providers import ProviderError
from inventory.services.grants import grant_remove, grant_set
from inventory.services.providers import provider_disconnect, provider_update
from inventory.types import ContainerRecord, ContainerState, MachineRecord, MachineState
from jobs.api import Done, Job, cancel
from jobs.row.lease import Lease, LeaseLost
from jobs.run.settlement import settle_done
from tests.interleaving import interleaved, quick_deadlocks

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one write lock"),
]

# A transaction that comes second may find that its row is gone.
EXPECTED = (ExpectedError, ProviderError, Source.DoesNotExist, LeaseLost)
SIMULATOR = {"machines": 0, "seed": "s", "latency_ms": 0, "boot_ms": 0}
SOURCES = [
    ("north", SourceResource.VIRTUAL_MACHINES),
    ("gone", SourceResource.VIRTUAL_MACHINES),
    ("south", SourceResource.SIZES),
    ("all", SourceResource.REGIONS),
    ("gone", SourceResource.SIZES),
    ("south", SourceResource.VIRTUAL_MACHINES),
    ("south", SourceResource.CONTAINERS),
]
OLD = timezone.now() - timedelta(days=20)


@pytest.fixture(autouse=True)
def _no_repetition(monkeypatch, settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    monkeypatch.setattr(transactions, "ATTEMPTS", 1)
    with quick_deadlocks():
        yield


def machine(name, **columns):
    return MachineRecord(name, name, MachineState.RUNNING, "on", **columns)


def container(name):
    return ContainerRecord(name, name, ContainerState.RUNNING, "on", labels=(("app", "web"),))


class World:
    """A provider with three regions, one of which was only assumed, its rows and jobs, and a team.

    Of the keys of its sources, that of the set of regions is neither the first nor the last.
    """

    def __init__(self):
        self.owner, self.user = (
            User.objects.create(username=f"{role}-{uuid.uuid4()}") for role in ("owner", "user")
        )
        self.team = Team.objects.create(name=str(uuid.uuid4()))
        self.provider = Provider.objects.create(
            owner=self.owner,
            name="cloud",
            kind_slug="simulator",
            every_region=True,
            regions=["north", "south", "gone"],
            assumed_regions=["gone"],
        )
        Credentials.objects.create(provider=self.provider, values=SIMULATOR)
        self.sources = {
            (region, resource): Source(provider=self.provider, region=region, resource=resource)
            for region, resource in SOURCES
        }
        Source.objects.bulk_create(self.sources.values())
        self.north, self.south = (
            self.sources[region, SourceResource.VIRTUAL_MACHINES] for region in ("north", "south")
        )
        self.pods = self.sources["south", SourceResource.CONTAINERS]
        self._add_rows()
        self._add_jobs()

    def _add_rows(self):
        columns = {"read_started_at": OLD, "observed_at": OLD, "provider": self.provider}
        self.machines = [
            VirtualMachine(
                source=source, region=source.region, external_id=name, state="RUNNING", **columns
            )
            for source in (self.north, self.south)
            for name in ("one", "two")
        ]
        VirtualMachine.objects.bulk_create(self.machines)
        MachineTag.objects.bulk_create(
            MachineTag(machine=row, key="a", value="b") for row in self.machines
        )
        self.containers = [
            Container(
                source=self.pods, region="south", external_id=name, state="RUNNING", **columns
            )
            for name in ("web", "db")
        ]
        Container.objects.bulk_create(self.containers)
        ContainerLabel.objects.bulk_create(
            ContainerLabel(container=row, key="a", value="b") for row in self.containers
        )

    def _add_jobs(self):
        """Make two families of jobs, each with one running job on a machine of each region."""
        columns = {
            "operation": "virtual_machine.stop",
            "scope": global_id("Provider", self.provider.public_id),
            "requested_by": self.user,
            "state": "RUNNING",
            "deadline_at": timezone.now() + timedelta(minutes=15),
            "step": 1,
        }
        self.parents = [Job(**columns) for _family in range(2)]
        self.running = [
            Job(
                parent=parent,
                target=global_id("VirtualMachine", f"{self.provider.public_id}:{region}:{number}"),
                run_after=timezone.now(),
                lease_owner="me",
                lease_until=timezone.now() + timedelta(minutes=1),
                **columns,
            )
            for number, parent in enumerate(self.parents)
            for region in ("north", "south")[:: 1 - 2 * number]
        ]
        Job.objects.bulk_create([*self.parents, *self.running])

    # --- the transactions ---------------------------------------------------------------------

    def listing_with_new_rows(self):
        records = [machine("two", memory=1), machine("three", tags=(("c", "d"),))]
        return lambda: store_listing(self.north.pk, records, started_at=timezone.now())

    def listing_of_containers(self):
        records = [container("web"), container("cache")]
        return lambda: store_listing(self.pods.pk, records, started_at=timezone.now())

    def single_read(self):
        record = machine("two", memory=2, tags=(("e", "f"),))
        return lambda: store_one(self.south, "two", record, started_at=timezone.now())

    def removal(self):
        return lambda: store_removal(self.north, "one")

    def regions_listed(self):
        source = self.sources["all", SourceResource.REGIONS]
        names = ["south", "north", "east"]
        return lambda: store_regions(source.pk, names, started_at=timezone.now())

    def regions_found(self):
        found = {"west": [machine("far")], "north": []}
        return lambda: store_found(self.north, found, started_at=timezone.now())

    def regions_prune(self):
        Provider.objects.filter(pk=self.provider.pk).update(
            unlisted_regions={"gone": OLD.isoformat()}
        )
        source = Source.objects.filter(pk=self.sources["all", SourceResource.REGIONS].pk)
        source.update(listing_started_at=timezone.now())
        return regions_prune

    def gone_rows_prune(self):
        Container.objects.filter(source=self.pods).update(state=ContainerState.REMOVED)
        return lambda: gone_rows_prune(older_than=timezone.now())

    def changes_prune(self):
        Change.objects.bulk_create(
            Change(source=row.source, row_id=row.pk, provider=self.provider, at=OLD, field="name")
            for row in self.machines
        )
        return lambda: changes_prune(older_than=timezone.now())

    def update_of_regions(self):
        provider = Provider.objects.get(pk=self.provider.pk)
        return lambda: provider_update(provider=provider, regions=["south", "north"])

    def update_of_credentials(self):
        provider = Provider.objects.get(pk=self.provider.pk)
        return lambda: provider_update(provider=provider, credentials={"machines": "1"})

    def disconnect(self):
        return lambda: provider_disconnect(provider=self.provider)

    def everything_dirty(self):
        sources = Source.objects.filter(provider__public_id=self.provider.public_id)
        return lambda: mark_dirty(sources.order_by("-pk"))

    def settlement(self):
        """The last child of its parent: both end, and listeners mark the provider's sources."""
        return self._settlement_of_last(*self.running[:2])

    def settlement_of_the_other_family(self):
        return self._settlement_of_last(*self.running[2:])

    def _settlement_of_last(self, earlier, last):
        Job.objects.filter(pk=earlier.pk).update(state="SUCCEEDED")
        job = Job.objects.get(pk=last.pk)
        return lambda: settle_done(job, Lease(str(job.pk), "me", job.step), Done("It is done."))

    def cancellation(self):
        Job.objects.filter(pk=self.running[2].pk).update(state="QUEUED")
        parent = Job.objects.get(pk=self.parents[1].pk)
        return lambda: cancel(job=parent)

    def team_deleted(self):
        grant_set(provider=self.provider, role=Role.VIEWER, team=self.team, granted_by=self.owner)
        return lambda: team_delete(team=self.team)

    def grant_to_team(self):
        return lambda: grant_set(
            provider=self.provider, role=Role.OPERATOR, team=self.team, granted_by=None
        )

    def grant_removed(self):
        grant = grant_set(
            provider=self.provider, role=Role.VIEWER, user=self.user, granted_by=self.owner
        )
        return lambda: grant_remove(grant=grant)

    def owner_deleted(self):
        return User.objects.get(pk=self.owner.pk).delete

    def requester_deleted(self):
        return User.objects.get(pk=self.user.pk).delete

    def grant_to_user(self):
        return lambda: grant_set(
            provider=self.provider, role=Role.OPERATOR, user=self.user, granted_by=None
        )

    def member_removed(self):
        return lambda: team_member_remove(team=self.team, user=self.user)

    def member_added(self):
        return lambda: team_member_add(team=self.team, user=self.owner)


TRANSACTIONS = [
    name for name, value in vars(World).items() if callable(value) and not name.startswith("_")
]


# Every kind of change once, those with few statements first: they are stopped after each of them,
# while the other one runs. Each meets the two that lock rows of the most tables. LOCK_PAIRS=all has
# every transaction meet every other, which takes a quarter of an hour.
KINDS = [
    "team_deleted",
    "everything_dirty",
    "gone_rows_prune",
    "regions_prune",
    "listing_with_new_rows",
    "settlement",
    "cancellation",
    "regions_listed",
    "update_of_regions",
    "disconnect",
    "owner_deleted",
]
BROADEST = ["settlement", "disconnect"]
ALL = os.environ.get("LOCK_PAIRS") == "all"
CHOSEN, OTHERS = (TRANSACTIONS, TRANSACTIONS) if ALL else (KINDS, BROADEST)


# A user is not deleted twice at once; to stop at each statement of that takes a minute.
@pytest.mark.parametrize("first", [name for name in CHOSEN if name != "owner_deleted"])
def test_no_two_transactions_deadlock(first):
    met_before = CHOSEN[: CHOSEN.index(first)]
    for second in OTHERS:
        if second not in met_before or not ALL:
            _run_against_each_other(first, second)


def _run_against_each_other(first, second):
    def prepare():
        world = World()
        return getattr(world, first)(), getattr(world, second)()

    moments = 0
    for errors in interleaved(prepare):
        moments += 1
        unexpected = [error for error in errors if not isinstance(error, EXPECTED)]
        assert unexpected == [], f"{first} stopped at {moments}, and {second}"
    assert moments > 1, f"{first} locks nothing"
