"""Credentials by reference are stored as written, and read when the cloud is asked."""

import pytest

from gateway.core.errors import InvalidInput
from inventory.live.connection import read_credentials
from inventory.models import Credentials
from inventory.providers import ProviderError
from inventory.services.providers import provider_connect, provider_update
from tests.inventory.factories import machine_source, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _listed(settings, monkeypatch, tmp_path):
    settings.CREDENTIAL_REFERENCES = ["env:CLOUD_*"]
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    monkeypatch.setenv("CLOUD_MACHINES", "7")
    monkeypatch.setenv("CLOUD_SEED", "north")


@pytest.fixture
def root():
    return make_user("root", is_superuser=True)


def connect(owner, **credentials):
    return provider_connect(
        owner=owner, kind="simulator", name=f"{owner}-cloud", credentials=credentials
    )


def stored(provider):
    return Credentials.objects.get(provider=provider).values


def test_what_is_stored_is_the_reference_and_what_is_used_the_secret(root, monkeypatch):
    provider = connect(root, seed="env:CLOUD_SEED", machines="12")

    assert stored(provider)["seed"] == "env:CLOUD_SEED"
    source = machine_source(provider)
    assert read_credentials(source.provider)["seed"] == "north"
    monkeypatch.setenv("CLOUD_SEED", "south")  # changed where it is kept
    assert read_credentials(source.provider)["seed"] == "south"
    assert read_credentials(source.provider)["machines"] == 12


def test_a_secret_that_is_gone_or_no_longer_listed_is_the_provider_s_failure(
    root, monkeypatch, settings
):
    source = machine_source(connect(root, seed="env:CLOUD_SEED"))

    monkeypatch.delenv("CLOUD_SEED")
    with pytest.raises(ProviderError, match="seed refers to env:CLOUD_SEED, which does not exist"):
        read_credentials(source.provider)
    settings.CREDENTIAL_REFERENCES = []
    with pytest.raises(ProviderError, match="does not list"):
        read_credentials(source.provider)


def test_what_it_refers_to_is_judged_as_if_it_were_entered(root, monkeypatch):
    monkeypatch.setenv("CLOUD_MACHINES", "many")

    with pytest.raises(InvalidInput, match="machines: must be a whole number"):
        connect(root, machines="env:CLOUD_MACHINES")


def test_only_superusers_enter_references(root):
    ann = make_user("ann")

    with pytest.raises(InvalidInput, match="Only superusers"):
        connect(ann, seed="env:CLOUD_SEED")
    mine = connect(ann, seed="x")
    for by in (ann, None):
        with pytest.raises(InvalidInput, match="Only superusers"):
            provider_update(provider=mine, credentials={"seed": "env:CLOUD_SEED"}, by=by)
    provider_update(provider=mine, credentials={"seed": "env:CLOUD_SEED"}, by=root)
    assert stored(mine)["seed"] == "env:CLOUD_SEED"

    provider_update(provider=mine, credentials={"machines": "3"}, by=ann)  # the others stay
    assert stored(mine)["seed"] == "env:CLOUD_SEED"
    assert stored(mine)["machines"] == 3


def test_a_reference_that_is_not_listed_is_refused_when_it_is_entered(root):
    with pytest.raises(InvalidInput, match="seed is a reference that CREDENTIAL_REFERENCES"):
        connect(root, seed="env:HOME")
