"""The order of locks in docs/architecture.md: no two transactions of ours end in a deadlock.

Each pair runs against each other on PostgreSQL, one of them stopped after each of its statements.
The repetition of ended transactions is switched off: it is for what the order does not cover.
"""

import itertools
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from gateway.core import transactions
from gateway.core.accounts.models import Team
from gateway.core.accounts.teams import team_delete, team_member_add, team_member_remove
from gateway.core.errors import ExpectedError
from gateway.core.ids import global_id
from inventory.live.changes import changes_prune
from inventory.live.region_set import store_found, store_regions
from inventory.live.retention import containers_prune, regions_prune
from inventory.live.store import (
    close_breakers,
    mark_dirty,
    store_listing,
    store_one,
    store_removal,
)
from inventory.models import Change, Container, Provider, Role, Source, VirtualMachine
from inventory.models.source import SourceResource
from inventory.providers import ProviderError
from inventory.services.grants import grant_remove, grant_set
from inventory.services.providers import provider_disconnect, provider_update
from inventory.types import ContainerRecord, ContainerState, MachineRecord, MachineState
from jobs.fence import Lease, LeaseLost
from jobs.models import Job
from jobs.outcomes import Done
from jobs.services import cancel
from jobs.settlement import settle_done
from jobs.states import JobState
from tests.interleaving import interleaved, quick_deadlocks
from tests.inventory.factories import make_simulator, make_user
from tests.jobs.factories import make_job, make_parent

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one write lock"),
]

# A transaction that comes second may find that its row is gone.
EXPECTED = (ExpectedError, ProviderError, Source.DoesNotExist, LeaseLost)
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
    """A provider with three regions, one of which its cloud does not list, rows, jobs and grants.

    The sources of regions are older than the one of the set of regions, and it is older than one.
    """

    def __init__(self):
        self.owner, self.user = make_user(), make_user()
        self.team = Team.objects.create(name=f"team {self.owner.pk}")
        team_member_add(team=self.team, user=self.user)
        self.provider = make_simulator(
            self.owner, regions=["all"], machines=0, region_names="north,south"
        )
        self.other = make_simulator(self.owner, regions=["north"], machines=0)
        Provider.objects.filter(pk=self.provider.pk).update(
            regions=["north", "south", "gone"],
            assumed_regions=["gone"],
            unlisted_regions={"gone": OLD.isoformat()},
        )
        self.provider.refresh_from_db()
        for resource in (SourceResource.VIRTUAL_MACHINES, SourceResource.SIZES):
            self.provider.sources.create(region="gone", resource=resource)
        self.north, self.south = (self._machines_of(region) for region in ("north", "south"))
        self.pods = [
            self.provider.sources.create(region=region, resource=SourceResource.CONTAINERS)
            for region in ("north", "south")
        ]
        self._add_rows()
        self._add_jobs()

    def _machines_of(self, region):
        return self.provider.sources.select_related("provider").get(
            region=region, resource=SourceResource.VIRTUAL_MACHINES
        )

    def _add_rows(self):
        for source in (self.north, self.south):
            store_listing(
                source.pk,
                [machine("one", tags=(("a", "b"),), public_ips=("192.0.2.1",)), machine("two")],
                started_at=OLD,
            )
            for row in VirtualMachine.objects.filter(source=source):
                Change.objects.create(
                    machine=row, provider=self.provider, at=OLD, field="name", before="a", after="b"
                )
        for source in self.pods:
            store_listing(source.pk, [container("web"), container("db")], started_at=OLD)
        Container.objects.update(state=ContainerState.REMOVED)

    def _add_jobs(self):
        """Two families, each with one job on a machine of each region; one child of each runs."""
        self.parents, self.running = [], []
        regions = [("north", "one"), ("south", "one")]
        for targets in (regions, regions[::-1]):
            columns = {
                "operation": "virtual_machine.stop",
                "scope": global_id("Provider", self.provider.public_id),
                "requested_by": self.user,
            }
            parent = make_parent(**columns)
            for region, name in targets:
                target = f"{self.provider.public_id}:{region}:{name}{len(self.parents)}"
                job = make_job(
                    JobState.RUNNING,
                    pk=uuid.uuid4(),
                    parent=parent,
                    target=global_id("VirtualMachine", target),
                    lease_owner="me",
                    lease_until=timezone.now() + timedelta(minutes=1),
                    **columns,
                )
                self.running.append(job)
            self.parents.append(parent)

    # --- the transactions ---------------------------------------------------------------------

    def listing_with_new_rows(self):
        records = [machine("two", memory=1), machine("three", tags=(("c", "d"),))]
        return lambda: store_listing(self.north.pk, records, started_at=timezone.now())

    def listing_of_containers(self):
        records = [container("web"), container("cache")]
        return lambda: store_listing(self.pods[1].pk, records, started_at=timezone.now())

    def single_read(self):
        record = machine("two", memory=2, tags=(("e", "f"),))
        return lambda: store_one(self.south, "two", record, started_at=timezone.now())

    def removal(self):
        return lambda: store_removal(self.north, "one")

    def regions_listed(self):
        source = self.provider.sources.get(resource=SourceResource.REGIONS)
        names = ["south", "north", "east"]
        return lambda: store_regions(source.pk, names, started_at=timezone.now())

    def regions_found(self):
        found = {"west": [machine("far")], "north": []}
        return lambda: store_found(self.north, found, started_at=timezone.now())

    def regions_prune(self):
        source = self.provider.sources.filter(resource=SourceResource.REGIONS)
        source.update(listing_started_at=timezone.now())
        return regions_prune

    def containers_prune(self):
        return lambda: containers_prune(older_than=timezone.now())

    def changes_prune(self):
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
        return lambda: mark_dirty(Source.objects.order_by("-pk"))

    def everything_closed(self):
        return lambda: close_breakers(self.provider.sources.order_by("region"))

    def settlement(self):
        """The last child of its parent: both end, and listeners mark the provider's sources."""
        Job.objects.filter(pk=self.running[0].pk).update(state="SUCCEEDED")
        job = Job.objects.get(pk=self.running[1].pk)
        return lambda: settle_done(job, Lease(str(job.pk), "me", job.step), Done("It is done."))

    def settlement_of_the_other_family(self):
        Job.objects.filter(pk=self.running[2].pk).update(state="SUCCEEDED")
        job = Job.objects.get(pk=self.running[3].pk)
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
            provider=self.provider, role=Role.OPERATOR, team=self.team, granted_by=self.owner
        )

    def grant_removed(self):
        grant = grant_set(
            provider=self.provider, role=Role.VIEWER, user=self.user, granted_by=self.owner
        )
        return lambda: grant_remove(grant=grant)

    def member_removed(self):
        return lambda: team_member_remove(team=self.team, user=self.user)

    def member_added(self):
        return lambda: team_member_add(team=self.team, user=self.owner)


TRANSACTIONS = [
    name for name, value in vars(World).items() if callable(value) and not name.startswith("_")
]
PAIRS = list(itertools.combinations_with_replacement(TRANSACTIONS, 2))


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_two_transactions_never_deadlock(first, second):
    def prepare():
        world = World()
        return getattr(world, first)(), getattr(world, second)()

    moments = 0
    for errors in interleaved(prepare):
        moments += 1
        assert [error for error in errors if not isinstance(error, EXPECTED)] == []
    assert moments > 1
