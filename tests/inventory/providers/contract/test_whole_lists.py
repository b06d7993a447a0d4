"""A list is read to its end or fails: no kind takes a part of a list for the whole.

Held for every listing of every kind: a continuation value that cannot be read, an answer without
the element that holds the objects, and the cloud's own statement that the answer is partial.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from inventory.providers import Capability, ProviderError, ProviderErrorCode
from tests.clouds.static_ec2 import AWS_NAMESPACE, reply
from tests.inventory.cloud_patches import call_named
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.every import single_kinds
from tests.inventory.providers.contract.test_retries import EVERY
from tests.soak.replies.http import PRIMARY
from tests.soak.replies.reading import PYTHONS, reads_of

ODD = (17, True, {"a": 1}, ["x"], [None])
ODD_LINKS = (
    *ODD,
    "not a link",
    "https://management.azure.com/next-page",
    "https://management.azure.com/next-page?",
    "https://management.azure.com/next-page#fragment",
    "https://[management.azure.com/next-page?a=b",
)


def at(*names):
    """A change of the field there."""

    def change(body, value):
        place = body
        for name in names[:-1]:
            place[name] = place.get(name) or {}
            place = place[name]
        place[names[-1]] = value

    return change


def openstack_link(body, value):
    if "images" not in body:
        [name] = [one for one in body if not one.endswith("_links")]
        body[f"{name}_links"] = [{"rel": "next", "href": value}]
    else:
        body["next"] = value


@dataclass(frozen=True)
class Paged:
    """The way from one page of a kind to the next, and the field that holds the objects.

    ``empty``: what may stand for a list without objects.
    """

    continuation: Any
    unreadable: tuple[Any, ...]
    holders: tuple[str, ...]
    empty: tuple[Any, ...] = ()


DROPPED = object()
PAGED = {
    "azure": Paged(at("nextLink"), ODD_LINKS, ("value", "resourceTypes")),
    "digitalocean": Paged(
        at("links", "pages", "next"),
        ODD,
        ("droplets", "sizes", "images", "regions", "volumes", "snapshots", "ssh_keys"),
    ),
    "google": Paged(at("nextPageToken"), ODD, ("items",), empty=(None, DROPPED)),
    "kubernetes": Paged(at("metadata", "continue"), ODD, ("items",), empty=(None,)),
    "linode": Paged(at("pages"), (True, -1, "x", None, {"a": 1}, [2]), ("data",)),
    "openstack": Paged(
        openstack_link,
        ODD_LINKS,
        (
            "servers",
            "flavors",
            "images",
            "availabilityZoneInfo",
            "keypairs",
            "security_groups",
            "volumes",
            "snapshots",
        ),
    ),
}
# Kinds that have one answer for a list, and EC2, whose lists are below.
OTHERS = {"aws", "docker", "libvirt", "simulator"}
WITHOUT_PAGES = {("azure", "list_locations"), ("openstack", "list_locations")}
# The parts of an answer that state that it is partial.
PARTIAL = {
    "digitalocean": [(at("meta", "total"), 1000)],
    "google": [
        *((at("warning"), {"code": code}) for code in ("UNREACHABLE", "PARTIAL_SUCCESS", 5, None)),
        (at("warning"), "UNREACHABLE"),
        (at("warning"), ["UNREACHABLE"]),
        (at("warning"), {}),
        (at("unreachables"), ["zones/x"]),
        (at("unreachables"), "zones/x"),
    ],
    "kubernetes": [(at("metadata", "remainingItemCount"), 3)],
    "linode": [(at("results"), 1000)],
}


@dataclass(frozen=True)
class Listing:
    slug: str
    name: str
    path: str

    def __str__(self):
        return f"{self.slug} {self.name}"


def listings():
    for slug, paths in PRIMARY.items():
        if slug not in PAGED:
            continue
        kind = next(kind for kind in single_kinds() if kind.slug == slug)
        for reads in reads_of(kind):
            if not reads.is_single:
                yield Listing(slug, reads.name, paths[reads.name])
        if slug == "kubernetes" and Capability.LIST_REGIONS in kind.capabilities:
            yield Listing(slug, "list_regions", "/namespaces")


LISTINGS = list(listings())


def changing(cloud, path, change):
    """``change`` the answers to GET requests of a path with this end."""
    plain = cloud.answer

    def answer(request):
        found = plain(request)
        if request.method != "GET" or not request.path.endswith(path) or found.status != 200:
            return found
        body = json.loads(found.body)
        change(body)
        return replace(found, body=json.dumps(body).encode())

    cloud.answer = answer


def listing_with(request, listing):
    """A function that reads the listing with a change of its answers."""
    account = EVERY[listing.slug](request)
    chosen = []

    def change_as_chosen(body):
        chosen[-1](body)

    changing(account.cloud, listing.path, change_as_chosen)

    def read(change):
        chosen.append(change)
        with account.connect(timeout=60) as cloud:
            return call_named(cloud, listing.name)()

    return read


def listed(request, listing, change=lambda _body: None):
    return listing_with(request, listing)(change)


def refused(read, *args):
    with pytest.raises(ProviderError) as caught:
        read(*args)
    error = caught.value
    assert error.code is ProviderErrorCode.PROVIDER_ERROR
    assert error.retryable
    assert PYTHONS.search(error.message) is None, error.message
    return error


def test_every_kind_is_held_to_this():
    assert {kind.slug for kind in single_kinds()} == {*PAGED, *OTHERS}
    assert {listing.slug for listing in LISTINGS} == set(PAGED)


@pytest.mark.parametrize("listing", LISTINGS, ids=str)
def test_the_back_end_lists_without_a_change(listing, request):
    assert listed(request, listing)


@pytest.mark.parametrize(
    "listing",
    [one for one in LISTINGS if (one.slug, one.name) not in WITHOUT_PAGES],
    ids=str,
)
def test_an_unreadable_continuation_fails_the_list(listing, request):
    paged = PAGED[listing.slug]
    read = listing_with(request, listing)

    for value in paged.unreadable:
        refused(read, lambda body, value=value: paged.continuation(body, value))


@pytest.mark.parametrize("listing", LISTINGS, ids=str)
def test_an_answer_without_its_objects_fails_the_list(listing, request):
    paged = PAGED[listing.slug]
    read = listing_with(request, listing)

    def without(value):
        def change(body):
            [holder] = [name for name in paged.holders if name in body]
            body[holder] = value
            if value is DROPPED:
                del body[holder]

        return change

    for value in (DROPPED, None, {}, "a text", 3):
        is_empty_map = value == {} and listing.path.startswith("/aggregated/")
        if value not in paged.empty and not is_empty_map:
            refused(read, without(value))


@pytest.mark.parametrize("listing", [one for one in LISTINGS if one.slug in PARTIAL], ids=str)
def test_a_statement_that_the_answer_is_partial_fails_the_list(listing, request):
    read = listing_with(request, listing)

    for change, value in PARTIAL[listing.slug]:
        refused(read, lambda body, change=change, value=value: change(body, value))


def test_a_zone_of_google_without_its_list_fails_the_list(request):
    read = listing_with(request, Listing("google", "list_machines", "/instances"))

    def without_list(warning):
        def change(body):
            for scope in body["items"].values():
                if scope.pop("instances", None) and warning is not DROPPED:
                    scope["warning"] = warning

        return change

    code = {"code": "UNREACHABLE"}
    for warning in ("UNREACHABLE", code, {"code": 5}, {"code": None}, {}, ["x"], DROPPED):
        assert "zones/" in refused(read, without_list(warning)).message


def test_a_page_of_google_without_results_is_no_partial_answer(request):
    listing = Listing("google", "list_machines", "/aggregated/instances")
    warning = {"code": "NO_RESULTS_ON_PAGE", "message": "There are no results."}

    assert listed(request, listing, lambda body: body.update(warning=warning))


def test_a_link_of_openstack_that_does_not_say_where_it_leads_fails_the_list(request):
    listing = Listing("openstack", "list_machines", "/servers/detail")
    links = [{"href": "http://nova.example/servers/detail?marker=1"}]

    refused(listed, request, listing, lambda body: body.update(servers_links=links))


EC2_SETS = {
    "list_machines": "DescribeInstances",
    "list_images": "DescribeImages",
    "list_locations": "DescribeAvailabilityZones",
    "list_regions": "DescribeRegions",
}


@pytest.mark.parametrize("inner", ["", "<nextToken/>", "<other/>"])
@pytest.mark.parametrize("name", EC2_SETS)
def test_a_reply_of_ec2_without_its_set_fails_the_list(name, inner, request):
    account = BACKENDS["aws"](request)
    element = f"{EC2_SETS[name]}Response"
    body = f'<{element} xmlns="{AWS_NAMESPACE}"><requestId>q</requestId>{inner}</{element}>'
    with account.answered_by(lambda _asked: reply(body)), account.connect() as cloud:
        error = refused(call_named(cloud, name))

    assert "is missing" in error.message


def test_a_token_of_ec2_that_cannot_be_read_fails_the_list(request):
    account = BACKENDS["aws"](request)
    body = (
        f'<DescribeInstancesResponse xmlns="{AWS_NAMESPACE}"><reservationSet/>'
        "<nextToken><value>abc</value></nextToken></DescribeInstancesResponse>"
    )
    with account.answered_by(lambda _asked: reply(body)), account.connect() as cloud:
        refused(account.listed, cloud)


def test_an_empty_set_of_ec2_is_an_empty_list(request):
    account = BACKENDS["aws"](request)
    body = (
        f'<DescribeInstancesResponse xmlns="{AWS_NAMESPACE}"><reservationSet/><nextToken/>'
        "</DescribeInstancesResponse>"
    )
    with account.answered_by(lambda _asked: reply(body)), account.connect() as cloud:
        assert account.listed(cloud) == []
