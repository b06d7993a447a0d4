"""The limits of a user: two requests for the last place at once do not both get it.

One of them is stopped after each of its statements that lock rows, while the other one runs.
"""

import uuid

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from gateway.core.accounts import api_tokens
from gateway.core.accounts.credential import Scope
from gateway.core.accounts.models import Team
from gateway.core.errors import Conflict, InvalidInput
from inventory.models import Provider
from inventory.services import simulated
from inventory.services.providers import provider_update
from jobs.api import schedule_create
from jobs.schedule import services as schedules
from tests.interleaving import interleaved
from tests.inventory.factories import make_simulator

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite has one write lock, so nothing interleaves",
    ),
]


@pytest.fixture(autouse=True)
def _small_limits(monkeypatch, settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    monkeypatch.setattr(api_tokens, "MOST_TOKENS", 1)
    monkeypatch.setattr(schedules, "MOST_OF_ONE_OWNER", 1)
    monkeypatch.setattr(simulated, "MOST_MACHINES", 100)


def two_tokens(user):
    def create():
        api_tokens.api_token_create(user=user, name="ci", scope=Scope.READ, days=1)

    return create, create


def two_schedules(owner):
    def create(name):
        schedule_create(
            owner=owner, name=name, operation="o", arguments={}, cron="0 1 * * *", timezone="UTC"
        )

    return lambda: create("one"), lambda: create("another")


def two_simulators(owner):
    return lambda: make_simulator(owner, machines=60), lambda: make_simulator(owner, machines=60)


def two_simulators_that_grow(owner):
    one, another = (make_simulator(owner, machines=1) for _ in range(2))
    return (
        lambda: provider_update(provider=one, credentials={"machines": "60"}),
        lambda: provider_update(provider=another, regions=[f"r-{n}" for n in range(60)]),
    )


def machines_and_regions_of_one_simulator(owner):
    provider = make_simulator(owner, machines=1)
    same = Provider.objects.get(pk=provider.pk)
    return (
        lambda: provider_update(provider=provider, credentials={"machines": "60"}),
        lambda: provider_update(provider=same, regions=["a", "b"]),
    )


@pytest.mark.parametrize(
    ("pair", "refusal"),
    [
        (two_tokens, Conflict),
        (two_schedules, Conflict),
        (two_simulators, InvalidInput),
        (two_simulators_that_grow, InvalidInput),
        (machines_and_regions_of_one_simulator, InvalidInput),
    ],
)
def test_of_two_at_once_one_is_refused(pair, refusal):
    def prepare():
        first, second = pair(User.objects.create(username=str(uuid.uuid4())))
        return lambda: with_a_last_statement(first), second

    moments = 0
    for errors in interleaved(prepare):
        moments += 1
        assert [type(error) for error in errors] == [refusal], f"stopped at {moments}"
    assert moments > 1


def with_a_last_statement(work):
    """Add a statement after ``work``, so that the transaction can be stopped after its count."""
    with transaction.atomic():
        work()
        Team.objects.create(name=str(uuid.uuid4()))
