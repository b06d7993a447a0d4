"""Malformed ids, and ids of another type, of absent objects and of other users' objects."""

import pytest

from gateway.core.ids import global_id
from inventory.models import Grant, Location, Repository, Role, Size
from inventory.resources.image import Image
from inventory.selectors.ids import cloud_id_of
from inventory.services.machines import provider_id
from tests.bad_input.operations import mutation_by_id, mutations_by_id
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.resources.names import LISTED, single

NOBODY = "00000000-0000-4000-8000-000000000000"
QUERIES = {
    "node": "query ($id: ID!) { node(id: $id) { id } }",
    "job": "query ($id: ID!) { job(id: $id) { id } }",
    **{single(one): f"query ($id: ID!) {{ {single(one)}(id: $id) {{ id }} }}" for one in LISTED},
}
STOP = "mutation ($id: ID!) { stopVirtualMachine(input: {id: $id}) { job { id } } }"
TOKEN = """mutation { createApiToken(input: {name: "a", scope: READ}) { apiToken { id } } }"""
MUTATIONS = dict(mutations_by_id())
NOT_IDS = ["", " ", "x", "é", "☁️", "=", "VirtualMachine:x", "Tm9wZQ==", "Ong=", "Sm9iOg==", "/w=="]


@pytest.mark.parametrize("value", NOT_IDS)
def test_what_is_no_id_is_told_so(client, value):
    for field, query in QUERIES.items():
        answer = client.post(query, {"id": value})

        (error,) = answer["errors"]
        assert answer["data"] == {field: None}
        assert error["message"] == f"{value!r} is not an id of this gateway."
        assert error["extensions"] == {"code": "INVALID", "field": "id"}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_of_what_is_no_id_does_nothing(client, provider, unchanged, name):
    unchanged()

    for value in NOT_IDS:
        data = client.data(mutation_by_id(name), id=value)

        message = f"{value!r} is not an id of this gateway."
        assert data[name]["errors"] == [{"field": "id", "code": "INVALID", "message": message}]
    unchanged()


@pytest.mark.parametrize(("name", "expected"), MUTATIONS.items())
def test_a_mutation_of_another_type_s_id_does_nothing(client, ann, unchanged, name, expected):
    user_id = global_id("User", ann.pk)
    unchanged()

    data = client.data(mutation_by_id(name), id=user_id)

    message = f"{user_id!r} is the id of a User, not of a {expected}."
    assert data[name]["errors"] == [{"field": "id", "code": "INVALID", "message": message}]
    unchanged()


@pytest.mark.parametrize("field", sorted(QUERIES.keys() - {"node"}))
def test_a_query_by_another_type_s_id(client, ann, field):
    (error,) = client.errors(QUERIES[field], id=global_id("User", ann.pk))

    assert "is the id of a User, not of a" in error["message"]
    assert error["extensions"] == {"code": "INVALID", "field": "id"}


@pytest.mark.parametrize("type_name", ["Query", "RepositoryOwner", "Nope", "__Type"])
def test_a_type_without_ids_has_none(client, type_name):
    (error,) = client.errors(QUERIES["node"], id=global_id(type_name, 1))

    assert "is not an id of this gateway." in error["message"]
    assert error["extensions"]["code"] == "INVALID"


@pytest.mark.parametrize(
    "type_name",
    ["User", "Repository", "Job", "Provider", "Size", "Image", "Team", "Session", "Grant"],
)
def test_a_local_id_that_cannot_be_is_absent(client, type_name):
    make_user("root", is_superuser=True)
    superuser = client.log_in("root", "correct-horse")

    for local in ("x", "9" * 30, "9" * 5000, "²", "٣", "-1", "01", "1.0", "a:b:c"):
        for asker in (client, superuser):
            assert asker.data(QUERIES["node"], id=global_id(type_name, local)) == {"node": None}


def test_a_long_id_is_cut_in_the_message(client):
    (error,) = client.errors(QUERIES["node"], id="x" * 100_000)

    assert len(error["message"]) < 200


def ids_of_everything(client, provider, machines):
    """An id of each type that has rows, all Ann's, and what it is the id of."""
    client.data("{ providers { sizes { id } images { id } locations { id } } }")
    created = client.data(
        'mutation { createRepository(url: "u", name: "n", fullName: "o/n") { id } }'
    )
    stopped = client.data(STOP, id=machines["RUNNING"][0])
    catalog = {
        model.__name__: global_id(model.__name__, cloud_id_of(model.objects.first()))
        for model in (Size, Image, Location)
    }
    return catalog | {
        "Provider": provider_id(provider),
        "VirtualMachine": machines["RUNNING"][1],
        "Repository": created["createRepository"]["id"],
        "Job": stopped["stopVirtualMachine"]["job"]["id"],
        "User": client.data("{ viewer { id } }")["viewer"]["id"],
        "Session": client.data("{ sessions { id } }")["sessions"][0]["id"],
        "Grant": grant_to_somebody(provider),
        "ApiToken": client.data(TOKEN)["createApiToken"]["apiToken"]["id"],
    }


def grant_to_somebody(provider):
    grant = Grant.objects.create(provider=provider, user=make_user(), role=Role.ADMIN)
    return global_id("Grant", grant.pk)


def absent_like(node_id, provider, ids):
    """An id of the same form that belongs to no object."""
    replaced = {
        name: global_id(name, 10**9) for name in ("Repository", "User", "Grant", "ApiToken")
    }
    for type_name, own in ids.items():
        if own == node_id and type_name not in replaced:
            local = (
                f"{NOBODY}:sim-1:x" if type_name not in {"Provider", "Job", "Session"} else NOBODY
            )
            return global_id(type_name, local)
    return replaced[next(name for name, own in ids.items() if own == node_id)]


def test_somebody_else_s_object_answers_as_an_absent_one(
    client, stranger, provider, machines, unchanged
):
    ids = ids_of_everything(client, provider, machines)
    everything = {type_name: client.data(QUERIES["node"], id=own) for type_name, own in ids.items()}
    assert everything == {type_name: {"node": {"id": own}} for type_name, own in ids.items()}
    unchanged()

    for type_name, own in ids.items():
        absent = absent_like(own, provider, ids)
        for query in (QUERIES["node"], *[mutation_by_id(name) for name in fitting(type_name)]):
            assert stranger.post(query, {"id": own}) == stranger.post(query, {"id": absent})
    unchanged()


def fitting(type_name):
    """The mutations that take an id of this type."""
    return [name for name, expected in MUTATIONS.items() if expected == type_name]


def test_somebody_else_s_machine_is_not_asked_of_its_cloud(client, stranger, machines):
    mine = machines["RUNNING"][0]

    assert stranger.data(QUERIES["virtualMachine"], id=mine) == {"virtualMachine": None}
    assert stranger.data(QUERIES["job"], id=global_id("Job", NOBODY)) == {"job": None}


def test_nothing_can_be_bought_at_somebody_else_s_provider(client, stranger, provider, unchanged):
    unchanged()
    query = """mutation ($provider: ID!) { provisionVirtualMachine(input: {
        provider: $provider, name: "n", size: "sim.nano", image: "img-debian-12"
    }) { job { id } errors { field code message } } }"""

    answers = [
        stranger.data(query, provider=value)
        for value in (provider_id(provider), global_id("Provider", NOBODY))
    ]

    message = "There is no provider with this id."
    assert answers[0] == answers[1]
    assert answers[0]["provisionVirtualMachine"] == {
        "job": None,
        "errors": [{"field": "provider", "code": "NOT_FOUND", "message": message}],
    }
    unchanged()


def test_the_size_of_another_provider_cannot_be_bought(
    transactional_db, client, ann, provider, unchanged
):
    other = make_simulator(ann, name="other")
    client.data("{ providers { sizes { id } } }")
    foreign = global_id("Size", cloud_id_of(Size.objects.filter(provider=other).first()))
    unchanged()

    data = client.data(
        """mutation ($provider: ID!, $size: String!) { provisionVirtualMachine(input: {
        provider: $provider, name: "n", size: $size, image: "img-debian-12"
        }) { job { id } errors { field code message } } }""",
        provider=provider_id(provider),
        size=foreign,
    )

    message = "This provider has no size with this id."
    assert data["provisionVirtualMachine"] == {
        "job": None,
        "errors": [{"field": "size", "code": "NOT_FOUND", "message": message}],
    }
    unchanged()


def test_lists_hold_nothing_of_somebody_else(client, stranger, provider, machines):
    ids_of_everything(client, provider, machines)

    data = stranger.data("""{
        providers { id } jobs { totalCount nodes { id } } repositories { id }
        virtualMachines(maxAge: 0) { totalCount complete sources { region } nodes { id } }
        allComputeTypes { id } repository(name: "n") { id } community { name }
        viewer { repositories { totalCount } } }""")

    assert data == {
        "providers": [],
        "jobs": {"totalCount": 0, "nodes": []},
        "repositories": [],
        "virtualMachines": {"totalCount": 0, "complete": True, "sources": [], "nodes": []},
        "allComputeTypes": [],
        "repository": None,
        "community": None,
        "viewer": {"repositories": {"totalCount": 0}},
    }
    assert Repository.objects.count() == 1
