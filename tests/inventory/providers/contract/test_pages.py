"""A list whose pages repeat ends with a message that says so, and is no listing."""

import itertools
import json
import random
from dataclasses import replace

import pytest

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.paging import LISTINGS, MOST_PAGES, NumberedPage, each_page, unchanged_list
from tests.clouds.static_ec2 import instance_xml, instances_xml, reply
from tests.inventory.cloud_patches import call_named
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.test_retries import EVERY, RECORDED

# Parameters that say which page is asked.
PLACES = {"page", "pageToken", "continue", "marker", "$skipToken", "$skiptoken"}
UNPAGED = {"docker"}  # its engine answers with one list


def repeat_first_pages(cloud):
    """A server that ignores which page it is asked for; returns the paths that were asked."""
    answer, firsts, asked = cloud.answer, {}, []

    def repeated(request):
        listing = frozenset(item for item in request.query.items() if item[0] not in PLACES)
        asked.append(request.path)
        key = (request.method, request.path, listing)
        if key not in firsts:
            firsts[key] = answer(request)
        return firsts[key]

    cloud.answer = repeated
    return asked


def refused(read):
    with pytest.raises(ProviderError) as caught:
        read()
    error = caught.value
    assert (error.code, error.retryable) == (ProviderErrorCode.PROVIDER_ERROR, False)
    assert "does not end" in error.message
    return error


@pytest.mark.parametrize("slug", [slug for slug in RECORDED if slug not in UNPAGED])
def test_a_page_that_comes_again_ends_the_listing(slug, request):
    account = EVERY[slug](request)
    with account.many(), account.connect() as cloud:
        asked = repeat_first_pages(account.cloud)
        refused(lambda: account.listed(cloud))

    assert max(asked.count(path) for path in asked) <= 4


@pytest.mark.parametrize("tokens", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_a_token_of_ec2_that_comes_again_ends_the_listing(tokens, request):
    account = BACKENDS["aws"](request)
    asked = []

    def answer(parameters):
        token = tokens[len(asked) % len(tokens)]
        asked.append(parameters.get("NextToken"))
        return reply(instances_xml([instance_xml(len(asked))], token=token))

    with account.answered_by(answer), account.connect() as cloud:
        refused(lambda: account.listed(cloud))

    assert asked == [None, *tokens]


def pages(following):
    return each_page(lambda token: token, following)


def test_pages_end_with_the_last_one():
    following = {None: "1", "1": "2", "2": None}

    assert list(pages(following.get)) == [None, "1", "2"]


def test_pages_without_an_end_are_bounded():
    error = refused(lambda: list(pages(lambda token: str(int(token or 0) + 1))))

    assert str(MOST_PAGES) in error.message


# --- answers that say that a part is missing --------------------------------------------------


def changed(account, path, change):
    """The account's cloud, with ``change`` made to its answers whose path ends with ``path``."""
    answer = account.cloud.answer

    def other(request):
        found = answer(request)
        if request.method != "GET" or not request.path.endswith(path):
            return found
        body = change(request, json.loads(found.body))
        return replace(found, body=json.dumps(body).encode())

    account.cloud.answer = other


def failed(account, read="list_machines"):
    with account.connect() as cloud, pytest.raises(ProviderError) as caught:
        call_named(cloud, read)()
    return caught.value


UNREADABLE_LINKS = [
    "https://management.azure.com/next-page",
    "not a link",
    "https://management.azure.com/x?",
    "https://management.azure.com/x#fragment",
    "https://[broken/x?a=b",
    5,
]


@pytest.mark.parametrize("link", UNREADABLE_LINKS)
@pytest.mark.parametrize(
    ("read", "path"), [("list_machines", "/virtualMachines"), ("list_sizes", "/vmSizes")]
)
def test_a_link_of_azure_that_cannot_be_read_fails_the_list(request, read, path, link):
    account = BACKENDS["azure"](request)
    changed(account, path, lambda _request, body: body | {"nextLink": link})

    assert failed(account, read).code is ProviderErrorCode.PROVIDER_ERROR


WARNINGS = [{"code": "UNREACHABLE"}, {"code": "PARTIAL_SUCCESS"}, {"code": 5}, {}, "text", ["x"]]


@pytest.mark.parametrize("warning", WARNINGS, ids=str)
@pytest.mark.parametrize(
    ("read", "path"), [("list_machines", "/aggregated/instances"), ("list_locations", "/zones")]
)
def test_a_warning_of_google_fails_the_list(request, read, path, warning):
    account = BACKENDS["google"](request)
    changed(account, path, lambda _request, body: body | {"warning": warning})

    assert "is not complete" in failed(account, read).message


@pytest.mark.parametrize("warning", WARNINGS, ids=str)
def test_a_warning_of_one_of_googles_zones_fails_the_list(request, warning):
    account = BACKENDS["google"](request)

    def warned(_request, body):
        body["items"][next(iter(body["items"]))] = {"warning": warning}
        return body

    changed(account, "/aggregated/instances", warned)

    assert "is not complete" in failed(account).message


def test_a_zone_of_google_without_results_is_no_failure(request):
    account = BACKENDS["google"](request)
    none = {"warning": {"code": "NO_RESULTS_ON_PAGE", "message": "There are no results."}}
    changed(
        account,
        "/aggregated/instances",
        lambda _request, body: body | {"items": body["items"] | {"zones/empty-1": none}},
    )

    with account.connect() as cloud:
        assert cloud.read("virtual_machines")


@pytest.mark.parametrize(
    ("read", "action"),
    [
        ("list_machines", "DescribeInstances"),
        ("list_images", "DescribeImages"),
        ("list_locations", "DescribeAvailabilityZones"),
        ("list_regions", "DescribeRegions"),
    ],
)
def test_an_answer_of_ec2_without_its_list_is_no_empty_list(request, read, action):
    account = BACKENDS["aws"](request)
    empty = (
        f'<{action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        f"<requestId>q</requestId></{action}Response>"
    )
    with account.answered_by(lambda _parameters: reply(empty)):
        error = failed(account, read)

    assert error.code is ProviderErrorCode.PROVIDER_ERROR
    assert "is missing" in error.message


# --- lists that change while they are read ----------------------------------------------------

NUMBERED = ["digitalocean", "linode"]


def removing_first(cloud, listed, times, *, replaced=False):
    """An object of the first page goes after that page was read, ``times`` times.

    ``replaced``: another one is added at the end, so that the total stays.
    """
    answer, left = cloud.answer, [times]
    primary = {"digitalocean": "/v2/droplets", "linode": "/v4/linode/instances"}[listed]

    def removed(request):
        found = answer(request)
        objects = cloud.droplets if listed == "digitalocean" else cloud.linodes
        is_first = request.path == primary and request.query.get("page") == "1"
        if is_first and left[0] and "type" not in request.query:
            left[0] -= 1
            gone = objects.pop(0)
            if replaced:
                objects.append(gone | {"id": 990_000_000 + left[0]})
        return found

    cloud.answer = removed


@pytest.mark.parametrize("slug", NUMBERED)
def test_a_numbered_list_that_changes_is_read_again(slug, request):
    account = EVERY[slug](request)
    with account.many() as count, account.connect() as cloud:
        removing_first(account.cloud, slug, times=1)
        records = account.listed(cloud)

    assert len({record.external_id for record in records}) == count - 1


@pytest.mark.parametrize("slug", NUMBERED)
def test_a_numbered_list_is_read_again_if_its_total_stays(slug, request):
    account = EVERY[slug](request)
    with account.many() as count, account.connect() as cloud:
        removing_first(account.cloud, slug, times=1, replaced=True)
        records = account.listed(cloud)
        objects = account.cloud.droplets if slug == "digitalocean" else account.cloud.linodes

    found = {record.external_id for record in records}
    assert len(records) == count
    assert found == {str(one["id"]) for one in objects}


@pytest.mark.parametrize("slug", NUMBERED)
def test_a_numbered_list_whose_objects_keep_being_replaced_fails(slug, request):
    account = EVERY[slug](request)
    with account.many(), account.connect() as cloud:
        removing_first(account.cloud, slug, times=LISTINGS + 1, replaced=True)
        with pytest.raises(ProviderError) as caught:
            account.listed(cloud)

    assert "changed while it was read" in caught.value.message
    assert caught.value.retryable


def churned(objects, new, rng, *, newest_first):
    """``objects`` after a moment in which one of them may go and ``new`` may come."""
    gone = rng.choice(objects) if objects and rng.random() < 0.3 else None
    left = [one for one in objects if one != gone]
    if rng.random() < 0.3:
        left.insert(0 if newest_first else len(left), new)
    return left


def read_while_it_changes(rng, *, per_page, newest_first):
    """``unchanged_list`` of a list that may change after each page.

    Returns what it found, and the objects that existed all the time.
    """
    states = [list(range(rng.randint(1, 12)))]

    def read():
        for start in itertools.count(0, per_page):
            objects = states[-1]
            yield NumberedPage([{"id": one} for one in objects[start : start + per_page]], None)
            states.append(churned(objects, 100 + len(states), rng, newest_first=newest_first))
            if start + per_page >= len(objects):
                return

    try:
        found = [item["id"] for item in unchanged_list(read)]
    except ProviderError as error:
        if not error.retryable:
            raise
        found = None
    return found, set.intersection(*map(set, states))


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("per_page", [1, 2, 3, 5])
def test_no_object_is_left_out_of_a_list_that_changes(per_page, newest_first):
    whole = 0
    for seed in range(400):
        rng = random.Random(seed)  # noqa: S311 - a repeatable test
        found, stable = read_while_it_changes(rng, per_page=per_page, newest_first=newest_first)
        if found is not None:
            whole += 1
            assert stable <= set(found), seed
    assert whole > 40


@pytest.mark.parametrize("slug", NUMBERED)
def test_a_numbered_list_that_keeps_changing_fails(slug, request):
    account = EVERY[slug](request)
    with account.many(), account.connect() as cloud:
        removing_first(account.cloud, slug, times=LISTINGS)
        with pytest.raises(ProviderError) as caught:
            account.listed(cloud)

    assert "changed while it was read" in caught.value.message
    assert caught.value.retryable
