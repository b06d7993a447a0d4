"""Answers to a query when EC2's listing has many pages, or one page too few."""

import pytest
from django.test import override_settings

from inventory.services.providers import provider_connect
from tests.client import GraphQLClient
from tests.clouds.static_ec2 import pages_of_five, refusal, static_ec2
from tests.inventory.factories import make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.functional,
    pytest.mark.any_database,  # it is about what the cloud answers
]

QUERY = """{ virtualMachines(first: 100, maxAge: 0) {
    totalCount complete nodes { externalId stale }
    sources { status count error { code retryable } } } }"""


@pytest.fixture
def ask():
    """Connect the server as an account, and ask for its machines."""
    user = make_user("operator")
    client = GraphQLClient().log_in("operator", "correct-horse")

    def connect_and_ask(server):
        provider_connect(
            owner=user,
            kind="aws",
            name="account",
            credentials={
                "access_key_id": "AKIATEST",
                "secret_access_key": "secret",
                "endpoint_url": server.url,
            },
        )
        return client.data(QUERY)["virtualMachines"]

    return connect_and_ask


def test_every_page_is_followed(ask):
    with static_ec2(pages_of_five(13)) as server:
        answer = ask(server)

    assert (answer["totalCount"], answer["complete"]) == (13, True)
    assert len({node["externalId"] for node in answer["nodes"]}) == 13
    assert answer["sources"] == [{"status": "LIVE", "count": 13, "error": None}]


@override_settings(LIVE_DEADLINE_MS=5000)
def test_a_listing_whose_last_page_is_cut_is_incomplete_and_shows_no_part(ask):
    last = refusal("InternalError", status=500)
    with static_ec2(pages_of_five(13, last=last)) as server:
        answer = ask(server)

    assert (answer["totalCount"], answer["complete"], answer["nodes"]) == (0, False, [])
    assert answer["sources"] == [
        {"status": "FAILED", "count": None, "error": {"code": "PROVIDER_ERROR", "retryable": True}}
    ]
