"""The one gate: owner or superuser, nobody else."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from inventory import access
from inventory.live.store import store_listing
from inventory.models import Repository, VirtualMachine
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return {
        "owner": make_user(),
        "other": make_user(),
        "superuser": make_user(is_superuser=True),
        "nobody": AnonymousUser(),
    }


@pytest.fixture
def owned(people):
    """A provider with a machine, and a repository, all the owner's."""
    provider = make_simulator(people["owner"])
    record = MachineRecord("vm-1", "web", MachineState.RUNNING, "running")
    store_listing(machine_source(provider).pk, [record], started_at=timezone.now())
    repository = Repository.objects.create(
        name="a", full_name="x/a", owner_login="x", url="https://x", creator=people["owner"]
    )
    return {
        access.visible_providers: provider,
        access.visible_sources: machine_source(provider),
        access.visible_machines: VirtualMachine.objects.get(),
        access.visible_repositories: repository,
    }


@pytest.mark.parametrize(
    ("who", "sees"), [("owner", True), ("superuser", True), ("other", False), ("nobody", False)]
)
def test_what_is_owned_is_seen_by_its_owner_and_superusers(people, owned, who, sees):
    for visible, row in owned.items():
        assert (row in visible(people[who])) is sees, visible.__name__


@pytest.mark.parametrize("who", ["owner", "superuser", "other"])
def test_an_imported_repository_is_everybodys(people, who):
    imported = Repository.objects.create(
        name="b", full_name="x/b", owner_login="x", url="https://x"
    )

    assert list(access.visible_repositories(people[who])) == [imported]
