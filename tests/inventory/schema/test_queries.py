"""How many SQL statements an answer costs: it must not grow with the rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db(transaction=True)

MACHINES = """{ virtualMachines(first: 1000, maxAge: 60) {
    totalCount complete pageInfo { hasNextPage endCursor }
    sources { provider { id name status lastError { code } } region status error { code } }
    edges { cursor node { id } }
    nodes { id externalId name state rawState region memory vcpus publicIps privateIps createdAt
        observedAt stale systemType pricePerHour tags { key value }
        provider { id name kind { slug } status } size { id name disk } image { id name }
        location { id name } } } }"""

# Root fields, with all that hangs below them. Counted with two providers of 40 machines each.
BOUNDS = {
    # the sources, the page, the count, sizes, images, and each provider's status
    MACHINES: 8,
    "{ providers { id regions status kind { slug } lastError { code } sources { region } } }": 2,
    "{ providers { virtualMachines(first: 50, maxAge: 60) { totalCount nodes { name } } } }": 7,
    "{ providers { sizes { id name } images { id name } locations { id } } }": 12,
    "{ allComputeTypes(maxAge: 60) { id name memory } }": 2,
    "{ providerKinds { slug label capabilities credentialFields { name } } }": 0,
    "{ repositories { id fullName ownerInfo { name } } }": 1,
    "{ community { name repositories { name } } }": 2,
    "{ viewer { login repositories(last: 3) { totalCount nodes { name } } } }": 2,
    "{ host { cpu { model } } }": 0,
}


@pytest.mark.parametrize(("query", "bound"), BOUNDS.items(), ids=[key[:30] for key in BOUNDS])
def test_the_number_of_statements_is_bounded(ask, user, query, bound):
    for name in ("one", "two"):
        make_simulator(user, name=name, machines=40)
    ask(
        "{ virtualMachines { totalCount } "
        "providers { sizes { id } images { id } locations { id } } }"
    )

    with CaptureQueriesContext(connection) as captured:
        asked = ask(query)

    assert asked.data
    statements = [entry["sql"] for entry in captured]
    assert len(statements) <= bound, "\n".join(statements)
