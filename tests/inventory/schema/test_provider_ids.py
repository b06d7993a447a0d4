"""Every argument and input field that takes ids of providers refuses an unknown one.

The places are read from the schema, so that a new one cannot be forgotten.
"""

import pytest
from graphql import GraphQLID, GraphQLInputObjectType, get_named_type, is_list_type
from graphql import get_nullable_type as nullable

from gateway.core.ids import global_id
from gateway.schema import schema
from inventory.models import Size, VirtualMachine
from inventory.selectors.ids import cloud_id_of
from inventory.services.machines import provider_id
from inventory.services.providers import provider_disconnect
from tests.inventory.actions import machine_change
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.many import MANY
from tests.inventory.resources.names import RESOURCES, plural

pytestmark = pytest.mark.any_database  # it is refused before its rows are asked for

ABSENT = "00000000-0000-4000-8000-000000000000"
NAMES = {"provider", "providers"}
UNKNOWN = {"code": "NOT_FOUND", "message": "There is no provider with this id."}
COUNTED = "{ totalCount complete }"
DONE = "{ job { id } errors { field code message } }"
MANY_OF = {each.of: [one.field for one in MANY if one.of == each.of] for each in MANY}
SCHEDULE = "{ schedule { id } errors { field code message } }"

FIELDS = {"repositories": "repositoriesConnection"}  # of filters

# For each place of ids: an operation that names §ids§ there, and the field that the error names.
PLACES = {
    "VirtualMachineFilter.provider": [
        (f"{{ virtualMachines(filter: {{provider: [§ids§]}}) {COUNTED} }}", "filter.provider"),
        (
            f"{{ providers {{ virtualMachines(filter: {{provider: [§ids§]}}) {COUNTED} }} }}",
            "filter.provider",
        ),
        *[
            (
                f"mutation {{ {name}(input: {{filter: {{provider: [§ids§]}}}}) {DONE} }}",
                "filter.provider",
            )
            for name in MANY_OF["VirtualMachine"]
        ],
        (
            f"""mutation {{ createSchedule(input: {{name: "n", operation: "stop", cron: "0 1 * * *",
            filter: {{provider: [§ids§]}}}}) {SCHEDULE} }}""",
            "filter.provider",
        ),
    ],
    **{
        f"{one.type_name}{name}Filter.provider": [
            (
                f"{{ {FIELDS.get(plural(one), plural(one))}(filter: {limits}) {COUNTED} }}",
                f"filter.{where}",
            ),
            *[
                (f"mutation {{ {field}(input: {{filter: {limits}}}) {DONE} }}", f"filter.{where}")
                for field in MANY_OF.get(one.type_name, ())
            ],
        ]
        for one in RESOURCES
        if one.has_root_list
        for name, limits, where in (
            ("", "{provider: [§ids§]}", "provider"),
            ("Excluding", "{not: {provider: [§ids§]}}", "not.provider"),
        )
        if (one.type_name, name) != ("VirtualMachine", "")
    },
    "JobFilter.provider": [
        ("{ jobs(filter: {provider: [§ids§]}) { totalCount } }", "filter.provider"),
    ],
    "ChangeFilter.provider": [
        ("{ changes(filter: {provider: [§ids§]}) { totalCount } }", "filter.provider"),
    ],
    "CreateApiTokenInput.providers": [
        (
            """mutation { createApiToken(input: {name: "t", scope: READ, providers: [§ids§]})
            { secret errors { field code message } } }""",
            "providers",
        ),
    ],
    "ImportKeyPairInput.providers": [
        (
            """mutation { importKeyPair(input: {name: "n", publicKey: "ssh-ed25519 AAAA",
            providers: [§ids§]}) { errors { field code message } } }""",
            "providers",
        ),
    ],
    "WebhookFilterInput.provider": [
        (
            """mutation { createWebhook(input: {url: "https://a.example/", events: [OBJECT_CHANGED],
            filter: {provider: [§ids§]}}) { errors { field code message } } }""",
            "filter.provider",
        ),
    ],
    # These take one provider; tests/bad_input and tests/matrix test them with objects out of reach.
    "ProvisionVirtualMachineInput.provider": [],
    "DeployContainerInput.provider": [],
    "GrantProviderAccessInput.provider": [],
    "AddCommentInput.provider": [],
    "CreateBucketInput.provider": [],
    "CreateKeyPairInput.provider": [],
    "CreateSecurityGroupInput.provider": [],
    "CreateVolumeInput.provider": [],
    "ImportKeyPairInput.provider": [],
    "SetPriceBookInput.provider": [],
    "Query.organization(provider)": [],
}


def places():
    """The places where the schema takes ids under a name of NAMES."""
    types = schema.graphql_schema.type_map.values()
    for each in types:
        if isinstance(each, GraphQLInputObjectType):
            yield from (f"{each.name}.{name}" for name in each.fields if _takes_ids(each, name))
    for name, field in schema.graphql_schema.query_type.fields.items():
        for argument, declared in field.args.items():
            if argument in NAMES and get_named_type(declared.type) is GraphQLID:
                yield f"Query.{name}({argument})"


def _takes_ids(owner, name):
    return name in NAMES and get_named_type(owner.fields[name].type) is GraphQLID


def test_every_place_that_takes_ids_of_providers_is_tested():
    assert set(places()) == set(PLACES)
    lists = {
        place for place in PLACES if "(" not in place and is_list_type(nullable(_field(place).type))
    }
    assert all(PLACES[place] for place in lists)


def _field(place):
    owner, _, name = place.partition(".")
    return schema.graphql_schema.type_map[owner].fields[name]


@pytest.fixture
def unknown(user):
    """Ids that name no provider that the user may see."""
    gone = make_simulator(user)
    disconnected = provider_id(gone)
    provider_disconnect(provider=gone)
    return {
        "disconnected": disconnected,
        "foreign": provider_id(make_simulator(make_user())),
        "absent": global_id("Provider", ABSENT),
        "not canonical": global_id("Provider", ABSENT.replace("-", "")),
        "no uuid": global_id("Provider", "x"),
    }


def failures(answer):
    """Errors of queries and of mutations, in one form."""
    top = [
        {**error["extensions"], "message": error["message"]} for error in answer.get("errors", [])
    ]
    payloads = [value for value in (answer.get("data") or {}).values() if isinstance(value, dict)]
    return top + [error for payload in payloads for error in payload.get("errors", [])]


@pytest.mark.parametrize(
    ("operation", "field"), [case for cases in PLACES.values() for case in cases]
)
def test_an_unknown_provider_is_an_error(ask, user, unknown, operation, field):
    known = provider_id(make_simulator(user, name="known"))

    for case, value in unknown.items():
        for ids in (f'"{value}"', f'"{known}", "{value}"'):
            answer = ask(operation.replace("§ids§", ids)).answer
            assert failures(answer) == [UNKNOWN | {"field": field}], case
            assert answer.get("extensions", {}).get("complete") is None
    [error] = failures(ask(operation.replace("§ids§", '"x"')).answer)
    assert (error["code"], error["field"]) == ("INVALID", field)
    [error] = failures(ask(operation.replace("§ids§", f'"{global_id("User", user.pk)}"')).answer)
    assert (error["code"], error["field"]) == ("INVALID", field)


def test_explain_shows_the_error(ask, unknown):
    query = f'{{ virtualMachines(filter: {{provider: ["{unknown["absent"]}"]}}) {COUNTED} }}'

    plan = ask("query ($q: String!) { explain(query: $q) { calls fields { error } } }", q=query)

    message = UNKNOWN["message"]
    assert plan.data["explain"] == {"calls": 0, "fields": [{"error": message}]}


def test_nothing_below_a_refused_filter_is_asked(ask, user, unknown):
    make_simulator(user)
    query = f"""{{ virtualMachines(filter: {{provider: ["{unknown["absent"]}"]}}) {{
        nodes {{ provider {{ images {{ id }} }} }} }} }}"""

    asked = ask(query)

    assert failures(asked.answer) == [UNKNOWN | {"field": "filter.provider"}]
    assert asked.live.receipts == {}


@pytest.mark.parametrize("of", ["Size", "Image"])
def test_a_size_or_an_image_of_an_unknown_provider_is_an_error(ask, user, of):
    other = make_simulator(make_user())
    query = f"""query ($ids: [String!]) {{
        virtualMachines(filter: {{{of.lower()}: $ids}}) {{ totalCount complete }} }}"""

    for public_id in (other.public_id, ABSENT):
        foreign = global_id(of, f"{public_id}:sim-1:small")
        assert failures(ask(query, ids=[foreign]).answer) == [
            {
                "code": "NOT_FOUND",
                "field": f"filter.{of.lower()}",
                "message": f"There is no {of.lower()} with this id.",
            }
        ]


def test_a_size_of_a_known_provider_and_the_cloud_s_own_word_are_conditions(ask, user):
    make_simulator(user)
    ask("{ providers { sizes { id } } }")
    own = global_id("Size", cloud_id_of(Size.objects.select_related("provider").first()))
    query = "query ($ids: [String!]) { virtualMachines(filter: {size: $ids}) { complete } }"

    for ids in ([own], ["no-such-size"]):
        assert ask(query, ids=ids).data == {"virtualMachines": {"complete": True}}


def test_jobs_of_a_disconnected_provider_are_found_by_its_id(ask, user):
    """They stay with those who requested them, so the id is known to these users alone."""
    provider = make_simulator(user)
    ask("{ virtualMachines { totalCount } }")
    machine = VirtualMachine.objects.filter(state="RUNNING").select_related("source__provider")
    job = machine_change(name="stop", machine=machine.first(), requested_by=user)
    type(job).objects.filter(pk=job.pk).update(state="SUCCEEDED", run_after=None)
    value = provider_id(provider)
    provider_disconnect(provider=provider)
    query = "query ($ids: [ID!]) { jobs(filter: {provider: $ids}) { nodes { id } } }"

    assert ask(query, ids=[value]).data == {"jobs": {"nodes": [{"id": job.public_id}]}}
    other = ask(query, asker=make_user(), ids=[value]).answer
    assert failures(other) == [UNKNOWN | {"field": "filter.provider"}]
