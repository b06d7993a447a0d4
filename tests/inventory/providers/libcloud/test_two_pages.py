"""A list is PROVEN if the driver, fed a second page, returns the objects of both.

The forms of pages are those of the vendors' references: Vultr API v2 ("Meta and pagination"),
Linode API v4 ("Pagination"), DigitalOcean API v2 ("Links and pagination").
"""

import json
from urllib.parse import parse_qs

import pytest

from inventory.providers import get_kind
from inventory.providers.capability import LISTINGS
from inventory.providers.libcloud.offered import ROWS
from inventory.types import Completeness
from tests.inventory.providers.libcloud.recorded import Replies, recorded


def vultr(body, query):
    if "meta" not in body:
        return False
    second = query.get("cursor") == ["two"]
    body["meta"]["links"]["next"] = "" if second else "two"
    return second


def linode(body, query):
    if "pages" not in body:
        return False
    second = query.get("page") == ["2"]
    body["pages"], body["page"] = 2, 2 if second else 1
    return second


def digitalocean(body, query):
    second = query.get("page") == ["2"]
    body["links"] = {"pages": {"last": "https://api.digitalocean.com/v2/any?page=2"}}
    return second


PAGED = {"digitalocean": digitalocean, "linode": linode, "vultr": vultr}
CASES = [
    (name, capability.resource)
    for name in PAGED
    for capability in sorted(get_kind("libcloud", name).capabilities & LISTINGS)
]


def other(one):
    """The object under another id."""
    key = "slug" if "slug" in one and "droplet_limit" not in one and not one.get("id") else "id"
    value = one[key]
    return one | {key: value + 1_000_000 if isinstance(value, int) else f"{value}-two"}


def paged(answer, page):
    """The recorded replies, each as the first page, and a second one with other objects."""

    def changed(replies, request):
        status, body, headers, reason = answer(replies, request)
        found = json.loads(body)
        query = parse_qs(request.path_url.partition("?")[2])
        if page(found, query):
            for name, value in found.items():
                if isinstance(value, list):
                    found[name] = [other(one) for one in value]
        return status, json.dumps(found), headers, reason

    return changed


@pytest.mark.parametrize(("name", "resource"), CASES)
def test_a_list_that_follows_pages_is_proven_and_no_other(name, resource, monkeypatch):
    with recorded(name) as (cloud, _replies):
        first = {record.external_id for record in cloud.read(resource)}
    monkeypatch.setattr(Replies, "answer", paged(Replies.answer, PAGED[name]))

    with recorded(name) as (cloud, _replies):
        both = {record.external_id for record in cloud.read(resource)}

    assert first <= both
    follows = len(both) == 2 * len(first)
    kind = get_kind("libcloud", name)
    assert (kind.completeness(resource) is Completeness.PROVEN) == follows


def test_no_other_list_is_proven():
    assert {row.name for row in ROWS if row.proven} == set(PAGED)
