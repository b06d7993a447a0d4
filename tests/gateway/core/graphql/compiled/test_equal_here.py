"""Our own schema, over machines, catalogues, jobs and repositories, and a cloud that fails."""

import pytest
from graphql.execution.values import get_variable_values
from hypothesis import assume, given

from gateway.core.graphql.collect import Operation
from gateway.core.graphql.context import Context
from gateway.core.ids import global_id
from gateway.schema import schema
from inventory.models import Repository, VirtualMachine
from inventory.schema.live_answers import prepare_live_fields
from inventory.selectors.ids import cloud_id_of
from tests.gateway.core.graphql.compiled.both import both_answers, bounded, validated
from tests.gateway.core.graphql.compiled.queries import operations
from tests.inventory.factories import make_simulator, make_user
from tests.jobs.factories import make_job

pytestmark = pytest.mark.any_database  # both executors ask the same database

SCHEMA = schema.graphql_schema
EVERYTHING = """{ virtualMachines { nodes { id } }
    providers { sizes { id } images { id } locations { id } } }"""


def prepared(user, document, variables):
    """A context whose clouds were asked, so that both executors read the same stored rows."""
    context = Context(user)
    (definition, *fragments) = document.definitions
    named = {node.name.value: node for node in fragments}
    coerced = get_variable_values(SCHEMA, definition.variable_definitions or (), variables)
    if isinstance(coerced, dict):  # else a list of errors, and nothing will be executed
        prepare_live_fields(Operation(SCHEMA, definition, named, coerced), context)
    return context


@pytest.fixture
def user(transactional_db, settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    settings.LIVE_MAX_AGE = 1_000_000
    return make_user()


@pytest.fixture
def pools(user):
    """The values that arguments are drawn from: ids that exist, and nonsense."""
    providers = [
        make_simulator(user, name="alpha", machines=4, regions=["north", "south"]),
        make_simulator(user, name="failing", error_rate=1),
        make_simulator(name="another's"),
    ]
    both_answers(
        SCHEMA,
        (document := validated(SCHEMA, EVERYTHING)),
        variables={},
        context=lambda: prepared(user, document, {}),
    )
    repository = Repository.objects.create(
        name="r", full_name="own/r", owner_login="own", url="https://x"
    )
    # Rows whose values do not fit their types: fields fail here, too, some of which may be no null.
    machine, odd, *_ = VirtualMachine.objects.order_by("name")
    odd.state, odd.public_ips = "HOVERING", ["192.0.2.1", None, {}]
    odd.save()
    machine_id = global_id("VirtualMachine", cloud_id_of(machine))
    job = make_job(requested_by=user, target=machine_id, scope=str(providers[0].public_id))
    ids = [
        machine_id,
        *(global_id("Provider", provider.public_id) for provider in providers),
        global_id("Job", job.public_id),
        global_id("Repository", repository.pk),
        global_id("User", user.pk),
        "nonsense",
    ]
    return {
        "id": ids,
        "provider": ids,
        "target": ids,
        "first": [0, 1, 2, 50, 1000, -1, 1001],
        "maxAge": [60, 1_000_000, -1],
        "region": ["north", "south", "west"],
        "kind": ["simulator", "aws", "none"],
        "after": ["", "nonsense"],
        "last": [0, 1, 2, 50, 1000, -1, 1001],
        "before": ["", "nonsense"],
        "search": ["alpha", "web", "a b", ""],
        "query": ["{ virtualMachines(maxAge: 0) { totalCount } }", "{ viewer { login } }", "{"],
        "name": ["alpha", "r", "own", ""],
        "owner": ["own", ""],
    }


@pytest.mark.django_db(transaction=True)
def test_our_own_schema_is_answered_alike(user, pools):
    @bounded
    @given(operations(SCHEMA, pools=pools))
    def answered_alike(operation):
        text, variables = operation
        document = validated(SCHEMA, text)
        assume(document is not None)
        context = prepared(user, document, variables)

        stock, compiled = both_answers(
            SCHEMA, document, variables=variables, context=lambda: context
        )

        assert compiled == stock

    answered_alike()
