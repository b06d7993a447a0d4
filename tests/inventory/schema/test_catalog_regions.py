"""The catalogue of one region: a list that is cut by name must not lose it to another region."""

import pytest

from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db(transaction=True)

CATALOGS = ["sizes", "images", "locations"]
QUERY = """query ($region: [String!], $first: Int!) { providers {
    %s(region: $region, first: $first, maxAge: 3600) { name region } } }"""


@pytest.mark.parametrize("catalog", CATALOGS)
def test_a_region_of_a_catalogue_is_listed_alone(ask, user, catalog):
    make_simulator(user, name="Lab", regions=["r1", "r2"], region_names="r1,r2")

    def listed(first, *regions):
        answer = ask(QUERY % catalog, region=list(regions) or None, first=first)
        return answer.data["providers"][0][catalog], answer.answer["extensions"]

    everywhere, _ = listed(1000)
    there = [entry for entry in everywhere if entry["region"] == "r2"]
    assert there
    assert len(there) < len(everywhere)

    of_region, extensions = listed(1000, "r2")
    assert of_region == there
    assert {source["region"] for source in extensions["sources"]} == {"r2"}
    assert len(listed(len(there), "r2")[0]) == len(there)
    assert listed(1000, "r1", "r2")[0] == everywhere
    refused = ask(QUERY % catalog, region=["elsewhere"], first=1000).answer["errors"]
    assert [error["extensions"]["code"] for error in refused] == ["NOT_FOUND"]
