"""Whatever a request asks a cloud, its thread does not keep its turn to compute meanwhile."""

import threading
from contextlib import contextmanager

import pytest
from django.db import transaction

from gateway.core.turns import Turns, computing
from gateway.schema import schema
from inventory.live import connection
from tests.inventory.resources.names import LISTED, plural, single
from tests.matrix.mutation_rules import MUTATIONS
from tests.matrix.people import Who
from tests.matrix.test_mutations import COMMITTED, written
from tests.matrix.world import STORE

SECONDS = 20  # a bound of a hang, on a busy machine
LONG = 3600.0  # of a turn that does not end by itself


class Watched:
    """Requests that compute in the only turn there is, and whether others can at each connection
    to a cloud.
    """

    def __init__(self, world):
        self._world = world
        self._turns = Turns(1, seconds=LONG)
        self.seen = []

    def ask(self, query):
        """The answer. ``seen``: for each connection to a cloud, whether another got a turn."""
        self.seen = []
        begun = []
        self._turns.ask(("request",), begun.append)
        with computing(*begun):
            return self._world.ask(Who.OWNER, query)

    @contextmanager
    def connect(self, *arguments):
        other = threading.Event()
        self._turns.ask(("other",), lambda turn: (turn.end(), other.set()))
        self.seen.append(other.wait(SECONDS))
        with real_connect(*arguments) as cloud:
            yield cloud


real_connect = connection.connect


@pytest.fixture
def watched(world, monkeypatch):
    watched = Watched(world)
    monkeypatch.setattr(connection, "connect", watched.connect)
    return watched


def asked_now(world):
    """Queries that ask clouds: of every list, of every single object, and of their providers."""
    yield STORE
    for resource in LISTED:
        own = world.own.ids[resource.type_name]
        yield f"{{ {plural(resource)}(maxAge: 0) {{ totalCount }} }}"
        yield f'{{ {single(resource)}(id: "{own}", maxAge: 0) {{ id }} }}'


def changes(world):
    """The mutations of the owner; those with a dry run, dry as well."""
    for name in MUTATIONS:
        (argument,) = schema.graphql_schema.mutation_type.fields[name].args.values()
        for more in ("", "dryRun: true") if "dryRun" in argument.type.of_type.fields else ("",):
            given = f"{written(world, name, 'own')} {more}"
            yield name, f"mutation {{ {name}(input: {{{given}}}) {{ errors {{ code }} }} }}"


def test_a_query_that_waits_for_a_cloud_lets_others_compute(watched, world):
    for query in asked_now(world):
        answer = watched.ask(query)

        assert answer["errors"] == [], query
        assert watched.seen, query
        assert all(watched.seen), query


def test_a_mutation_that_waits_for_a_cloud_lets_others_compute(watched, world):
    asking = set()
    for name, query in changes(world):
        if name in COMMITTED:
            answer = watched.ask(query)
        else:
            with transaction.atomic():
                answer = watched.ask(query)
                transaction.set_rollback(True)
        assert answer["errors"] == [], query
        assert all(watched.seen), query
        if watched.seen:
            asking.add(name)

    assert asking >= {"checkProvider", "createDownloadUrl", "startVirtualMachines"}
