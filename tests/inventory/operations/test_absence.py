"""One "not found" is not taken for the end of an object that no request was sent for."""

import pytest

from inventory.live.refresh import Ask, refresh
from inventory.models import Container, VirtualMachine
from inventory.operations.absence import MOST_LOOKS
from inventory.providers import Cloud, get_kind
from inventory.services.containers import container_change
from inventory.services.machines import machine_change
from inventory.services.providers import provider_connect
from tests.inventory.factories import make_user
from tests.inventory.operations.acting import acting
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS, Recorded
from tests.inventory.providers.contract.container_backends import (
    CONTAINER_BACKENDS,
    RecordedContainers,
)

pytestmark = pytest.mark.django_db(transaction=True)

RECORDED = {
    slug: one
    for slug, one in {**BACKENDS, **CONTAINER_BACKENDS}.items()
    if issubclass(one, Recorded | RecordedContainers)
}


@pytest.fixture(params=RECORDED)
def removal(request):
    """A job that is to remove what runs."""
    account = RECORDED[request.param](request)
    provider = provider_connect(
        owner=make_user(),
        kind=request.param,
        name="recorded",
        credentials=account.given,
        regions=[account.region],
    )
    refresh([Ask(one, 0) for one in provider.sources.select_related("provider")])
    is_machine = get_kind(request.param).lists_machines
    model = VirtualMachine if is_machine else Container
    rows = model.objects.select_related("source__provider", "provider")
    row = rows.filter(provider=provider, state="RUNNING").order_by("-name").first()
    if is_machine:
        return machine_change(name="terminate", machine=row, requested_by=None)
    return container_change(name="remove", container=row, requested_by=None)


@pytest.fixture
def unfound(removal, monkeypatch):
    """How often the single read does not find the object; set by a test."""
    name = f"find_{'machine' if removal.operation.startswith('virtual') else 'container'}"
    find, left = getattr(Cloud, name), [0]

    def found(cloud, external_id):
        left[0] -= 1
        return None if left[0] >= 0 else find(cloud, external_id)

    monkeypatch.setattr(Cloud, name, found)
    return left


def test_what_is_not_found_for_a_while_is_removed_all_the_same(removal, unfound):
    unfound[0] = 3
    asked = []

    def noted(act):
        def acts(cloud, external_id):
            asked.append(external_id)
            return act(cloud, external_id)

        return acts

    with acting(removal.operation, noted):
        ended = run_to_its_end(removal)

    assert (ended.state, len(asked)) == ("SUCCEEDED", 1), ended.error_message
    assert "nothing was done" not in ended.events.order_by("-pk")[0].message


def test_what_the_list_shows_is_never_reported_as_removed(removal, unfound):
    unfound[0] = 10 * MOST_LOOKS

    ended = run_to_its_end(removal)

    assert (ended.state, ended.error_code) == ("FAILED", "NOT_FOUND")
    assert "its list shows" in ended.error_message


def test_what_neither_the_read_nor_the_list_shows_is_gone(removal, unfound, monkeypatch):
    unfound[0] = 10 * MOST_LOOKS
    for name in ("list_machines", "list_containers"):
        monkeypatch.setattr(Cloud, name, lambda _cloud: [])

    ended = run_to_its_end(removal)

    assert ended.state == "SUCCEEDED"
    assert ended.events.order_by("-pk")[0].message.endswith("already; nothing was done.")
