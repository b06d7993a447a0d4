"""A list is PROVEN if the driver, fed a second page, returns the objects of both.

The forms of pages are those of the vendors' references: Vultr API v2 ("Meta and pagination"),
Linode API v4 ("Pagination"), DigitalOcean API v2 ("Links and pagination"), OpenStack Compute API
("Paginated collections"), Scaleway Instance API ("Pagination", the header Link), Alibaba Cloud ECS
(PageNumber, PageSize and TotalCount of each Describe…), and MCP 2.0 of Dimension Data and NTT
(pageNumber, pageCount, pageSize and totalCount of each list).
"""

import json
import re
from urllib.parse import parse_qs

import pytest

from inventory.providers import get_kind
from inventory.providers.capability import LISTINGS
from inventory.providers.libcloud.evidence import EVIDENCE
from inventory.providers.libcloud.offered import ROWS
from inventory.types import Completeness
from tests.inventory.providers.libcloud.recorded import Replies, recorded
from tests.inventory.providers.libcloud.test_recorded import LISTS

# Each takes a reply and the query of its request, and returns the reply as one of two pages, with
# whether it is the second one. A reply of another form is no page.


def in_json(page):
    """``page`` changes the body in place, and says whether it is the second page."""

    def changed(text, headers, query):
        body = json.loads(text)
        if page(body, query):
            for name, value in body.items():
                if isinstance(value, list):
                    body[name] = [other(one) for one in value]
        return json.dumps(body), headers

    return changed


def other(one):
    """The object under another id."""
    key = "slug" if "slug" in one and "droplet_limit" not in one and not one.get("id") else "id"
    if key not in one:
        return one
    value = one[key]
    return one | {key: value + 1_000_000 if isinstance(value, int) else f"{value}-two"}


@in_json
def vultr(body, query):
    if "meta" not in body:
        return False
    second = query.get("cursor") == ["two"]
    body["meta"]["links"]["next"] = "" if second else "two"
    return second


@in_json
def linode(body, query):
    if "pages" not in body:
        return False
    second = query.get("page") == ["2"]
    body["pages"], body["page"] = 2, 2 if second else 1
    return second


@in_json
def digitalocean(body, query):
    second = query.get("page") == ["2"]
    body["links"] = {"pages": {"last": "https://api.digitalocean.com/v2/any?page=2"}}
    return second


@in_json
def openstack(body, query):
    second = query.get("marker") == ["two"]
    for name in ("servers", "flavors", "images"):
        if name in body and not second:
            body[f"{name}_links"] = [{"rel": "next", "href": "https://nova.example/x?marker=two"}]
    return second


def scaleway(text, headers, query):
    [(name, listed)] = json.loads(text).items()
    if not isinstance(listed, list):
        return text, headers
    if query.get("page") == ["2"]:
        return json.dumps({name: [other(one) for one in listed]}), headers
    return text, headers | {"Link": f'</{name}?page=2&per_page=100>; rel="next"'}


def aliyun_ecs(text, headers, query):
    if "<PageNumber>" not in text:
        return text, headers
    second = query.get("PageNumber") == ["2"]
    for name, value in (("TotalCount", 2), ("PageSize", 1), ("PageNumber", 2 if second else 1)):
        text = re.sub(rf"<{name}>\d+<", f"<{name}>{value}<", text)
    if second:
        text = re.sub(r"<(InstanceId|ImageId)>([^<]+)<", r"<\1>\2-two<", text)
    return text, headers


def mcp(text, headers, query):
    """A full page has as many objects as its size."""
    if "pageCount=" not in text:
        return text, headers
    second = query.get("pageNumber") == ["2"]
    for name, value in (("pageCount", 1 if second else 5), ("pageSize", 5)):
        text = re.sub(rf'\b{name}="\d+"', f'{name}="{value}"', text)
    if second:
        text = re.sub(r'(<(?:\w+:)?(?:server|osImage|datacenter) [^>]*?\bid=")', r"\1two-", text)
    return text, headers


PAGED = {
    "aliyun_ecs": aliyun_ecs,
    "digitalocean": digitalocean,
    "dimensiondata": mcp,
    "internetsolutions": mcp,
    "linode": linode,
    "ntta": mcp,
    "nttcis": mcp,
    "openstack": openstack,
    "rackspace": openstack,
    "scaleway": scaleway,
    "vultr": vultr,
}
CASES = [
    (name, capability.resource)
    for name in PAGED
    for capability in sorted(get_kind("libcloud", name).capabilities & LISTINGS)
    if LISTS[capability.resource] in EVIDENCE[name].listed.split()
]


def paged(answer, page):
    """The recorded replies, each as the first page, and a second one with other objects."""

    def changed(replies, request):
        status, body, headers, reason = answer(replies, request)
        text = body.decode() if isinstance(body, bytes) else body
        query = parse_qs(request.path_url.partition("?")[2])
        text, headers = page(text, dict(headers), query)
        return status, text, headers, reason

    return changed


@pytest.mark.parametrize(("name", "resource"), CASES)
def test_a_list_that_follows_pages_is_proven_and_no_other(name, resource, monkeypatch):
    with recorded(name) as (cloud, _replies):
        first = {record.external_id for record in cloud.read(resource)}
    monkeypatch.setattr(Replies, "answer", paged(Replies.answer, PAGED[name]))

    with recorded(name) as (cloud, _replies):
        both = {record.external_id for record in cloud.read(resource)}

    follows = first <= both and len(both) == 2 * len(first)
    kind = get_kind("libcloud", name)
    assert (kind.completeness(resource) is Completeness.PROVEN) == follows


def test_the_driver_that_returns_the_last_page_alone_says_so(monkeypatch):
    with recorded("nttcis") as (cloud, _replies):
        count = len(cloud.read("virtual_machines"))
    monkeypatch.setattr(Replies, "answer", paged(Replies.answer, mcp))

    with recorded("nttcis") as (cloud, _replies):
        found = [record.external_id for record in cloud.read("virtual_machines")]

    assert len(found) == count
    assert all(one.startswith("two-") for one in found)
    assert "the last page alone" in EVIDENCE["nttcis"].reason


def test_no_other_list_is_proven():
    assert {row.name for row in ROWS if row.proven} <= set(PAGED)
