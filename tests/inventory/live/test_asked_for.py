"""Each connection to a cloud counts against the share of the provider's owner."""

from contextlib import contextmanager

import pytest

from gateway.core.asked_for import current_owner
from inventory.live.connection import connected
from inventory.providers import get_kind
from inventory.services import regions
from tests.inventory.factories import machine_source, make_simulator, make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]


@pytest.fixture
def owners(monkeypatch):
    """The owner for whom each connection to a cloud was made."""
    noted = []

    @contextmanager
    def connect(*_arguments):
        noted.append(current_owner())
        yield None

    monkeypatch.setattr("inventory.live.connection.connect", connect)
    monkeypatch.setattr(regions, "connect", connect)
    monkeypatch.setattr(regions, "list_regions", lambda _cloud: ["main"])
    return noted


def test_a_call_to_a_source_is_made_for_the_owner_of_its_provider(owners):
    source = machine_source(make_simulator())

    with connected(source, 5):
        pass

    assert owners == [source.provider.owner_id]
    assert current_owner() is None


def test_regions_are_discovered_for_the_owner_of_the_account(owners):
    user = make_user()

    regions.discover(get_kind("aws"), {}, user.pk)

    assert owners == [user.pk]
    assert current_owner() is None
