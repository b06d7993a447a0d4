"""Which drivers follow pages, and why the list of none is PROVEN: each may lose a page unnoticed.

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
from inventory.providers.libcloud.evidence import CUT, EVIDENCE
from inventory.providers.libcloud.offered import ROWS
from inventory.types import Completeness
from tests.inventory.providers.libcloud.recorded import Replies, recorded
from tests.inventory.providers.libcloud.storage import is_shown
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
    for name in ("servers", "flavors", "images", "volumes", "snapshots", "keypairs"):
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
        text = re.sub(r"<(InstanceId|ImageId|DiskId)>([^<]+)<", r"<\1>\2-two<", text)
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
EVERY_LIST = {"virtual_machines", "sizes", "images", "locations", "volumes", "key_pairs"}
# The lists of which the objects of two pages come back; of the others only those of one.
FOLLOWED = {
    "aliyun_ecs": {"virtual_machines", "volumes"},
    "digitalocean": EVERY_LIST,
    "dimensiondata": {"virtual_machines"},
    "internetsolutions": {"virtual_machines"},
    "linode": EVERY_LIST,
    "ntta": {"virtual_machines"},
    "nttcis": {"virtual_machines"},
    "openstack": {"virtual_machines", "volumes", "snapshots"},
    "scaleway": {"virtual_machines", "images", "volumes"},
    "vultr": EVERY_LIST,
}


def is_recorded(name, resource):
    if resource in LISTS:
        return LISTS[resource] in EVIDENCE[name].listed.split()
    return is_shown(name, resource)


# Lists that have no pages at the cloud, or that libcloud makes itself.
ONE_ANSWER = {
    ("aliyun_ecs", "sizes"),
    ("aliyun_ecs", "locations"),
    ("openstack", "locations"),
    ("rackspace", "locations"),
    ("scaleway", "sizes"),
    ("scaleway", "locations"),
}
CASES = [
    (name, capability.resource)
    for name in PAGED
    for capability in sorted(get_kind("libcloud", name).capabilities & LISTINGS)
    if is_recorded(name, capability.resource)
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
def test_which_lists_follow_pages(name, resource, monkeypatch):
    with recorded(name) as (cloud, _replies):
        first = {record.external_id for record in cloud.read(resource)}
    monkeypatch.setattr(Replies, "answer", paged(Replies.answer, PAGED[name]))

    with recorded(name) as (cloud, _replies):
        both = {record.external_id for record in cloud.read(resource)}

    follows = first <= both and len(both) == 2 * len(first)
    assert (resource in FOLLOWED.get(name, ())) == follows


def test_libclouds_list_of_nttcis_is_the_last_page_alone(monkeypatch):
    """This is the reason for the row's own ``nodes``."""
    with recorded("nttcis") as (cloud, _replies):
        count = len(cloud.read("virtual_machines"))
    monkeypatch.setattr(Replies, "answer", paged(Replies.answer, mcp))

    with recorded("nttcis") as (cloud, _replies):
        driver = cloud._driver
        with cloud._sending():
            found = type(driver).list_nodes(driver)

    assert len(found) == count
    assert all(one.id.startswith("two-") for one in found)


def test_the_lists_that_are_cut_are_those_that_follow_no_page():
    made_up = {(name, "sizes") for name, page in PAGED.items() if page is mcp}
    cut = {
        (name, resource)
        for name, resource in {*CASES, ("aliyun_ecs", "images")} - made_up
        if resource in LISTS
        and resource not in FOLLOWED.get(name, ())
        and (name, resource) not in ONE_ANSWER
    } | {("equinixmetal", "virtual_machines")}  # see test_paging_words

    assert {(name, one) for name, resources in CUT.items() for one in resources} == cut
    for name, resources in CUT.items():
        assert get_kind("libcloud", name).cut_lists == resources


def without_second_list(page):
    """A first page as ``page`` makes it, and a second one without the key of its list."""

    def changed(text, headers, query):
        text, headers = page(text, headers, query)
        if ["two"] in (query.get("marker"), query.get("cursor")):
            body = json.loads(text).items()
            text = json.dumps({name: one for name, one in body if not isinstance(one, list)})
        return text, headers

    return changed


@pytest.mark.parametrize("name", ["openstack", "vultr"])
def test_a_later_page_without_its_list_is_not_noticed(name, monkeypatch):
    with recorded(name) as (cloud, _replies):
        count = len(cloud.read("virtual_machines"))
    changed = paged(Replies.answer, without_second_list(PAGED[name]))
    monkeypatch.setattr(Replies, "answer", changed)

    with recorded(name) as (cloud, _replies):
        assert len(cloud.read("virtual_machines")) == count


@pytest.mark.parametrize("name", ["digitalocean", "linode"])
def test_a_list_that_grows_while_it_is_read_is_cut_short(name, monkeypatch):
    """The second page says that there is a third one, which is not asked for."""
    asked = []

    def growing(text, headers, query):
        text, headers = PAGED[name](text, headers, query)
        asked.append(query.get("page", ["1"]))
        if asked[-1] == ["2"]:
            text = text.replace("any?page=2", "any?page=3").replace('"pages": 2', '"pages": 3')
        return text, headers

    monkeypatch.setattr(Replies, "answer", paged(Replies.answer, growing))
    with recorded(name) as (cloud, _replies):
        cloud.read("virtual_machines")

    assert asked == [["1"], ["2"]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_no_list_is_proven(row):
    kind = get_kind("libcloud", row.name)
    listed = {one.resource for one in kind.capabilities & LISTINGS}

    assert {kind.completeness(one) for one in listed} <= {Completeness.UNPROVEN}
