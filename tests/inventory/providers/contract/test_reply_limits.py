"""A hostile server: pages without an end, each of which gzip has made small, and tiny objects.

The replies to one task are bounded together, for every kind that reads replies. The server is on
loopback, and its replies pass through the product's own code.
"""

import gzip
import itertools
import json
from urllib.parse import urlsplit

import pytest

from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind
from tests.clouds.apis.github import GitHub
from tests.clouds.recorded import served
from tests.clouds.static_ec2 import Reply, instance_xml, instances_xml, reply, static_ec2
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.test_pages import PLACES
from tests.inventory.providers.contract.test_retries import EVERY, RECORDED
from tests.inventory.providers.libcloud.recorded import RECORDINGS, Replies, recorded
from tests.inventory.providers.libcloud.test_two_pages import PAGED

MOST_MIB = 8
PADDING = 3 << 20  # characters of each page
AZURE = "https://management.azure.com/subscriptions/next"
# The part of a page that names the next page. ``number``: the number of the page.
NEXT = {
    "azure": lambda number: {"nextLink": f"{AZURE}?$skiptoken={number}"},
    "digitalocean": lambda number: {"links": {"pages": {"next": f"https://x/?page={number}"}}},
    "docker": lambda _number: {},  # its engine answers with one list
    "google": lambda number: {"nextPageToken": f"token-{number}"},
    "kubernetes": lambda number: {
        "metadata": {"resourceVersion": "1", "continue": f"token-{number}"}
    },
    "linode": lambda number: {"page": number - 1, "pages": 1_000_000},
    "openstack": lambda number: {
        f"{name}_links": [{"rel": "next", "href": f"https://x/?marker={number}"}]
        for name in ("servers", "flavors")
    },
}


def packed(text, **headers):
    return Reply(gzip.compress(text.encode()), 200, {"Content-Encoding": "gzip", **headers})


def padded(body, number, slug):
    """A page with another one after it, whose last member is long."""
    if isinstance(body, list):
        return [*body, {"Id": "padding" * (PADDING // 2)}]
    return body | NEXT[slug](number) | {"padding": " " * PADDING}


def hostile(account):
    """The account's cloud answers each page with the first one, and names a further one.

    Returns the bytes of each reply that it sends.
    """
    plain, sent, numbers, first = account.cloud.answer, [], itertools.count(2), {}

    def answer(request):
        is_later = request.query.keys() & PLACES and request.path in first
        is_later = is_later or request.path == urlsplit(AZURE).path
        found = list(first.values())[-1] if is_later else plain(request)
        if request.method != "GET":
            return found
        first[request.path] = found
        body = padded(json.loads(found.body), next(numbers), account.slug)
        large = packed(json.dumps(body), **{"Content-Type": "application/json"})
        sent.append(len(large.body))
        return large

    account.cloud.answer = answer
    return sent


def refused(read):
    with pytest.raises(ProviderError) as caught:
        read()
    assert caught.value.code is ProviderErrorCode.PROVIDER_ERROR
    assert not caught.value.retryable
    return caught.value


def too_large(read):
    error = refused(read)
    assert f"larger than {MOST_MIB} MiB together" in error.message
    assert "CLOUD_REPLIES_MIB" in error.message


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.CLOUD_REPLIES_MIB = MOST_MIB


@pytest.mark.parametrize("slug", RECORDED)
def test_pages_without_an_end_are_cut_by_their_bytes(slug, request):
    account = EVERY[slug](request)
    sent = hostile(account)
    with account.connect(60) as cloud:
        too_large(lambda: account.listed(cloud))

    assert len(sent) <= 3
    assert sum(sent) < 200_000  # on the wire


def test_pages_of_ec2_without_an_end_are_cut_by_their_bytes(request):
    """The list of instances, which is read by a parser of the gateway's own."""
    account, asked = BACKENDS["aws"](request), []

    def answer(_parameters):
        asked.append(1)
        page = instances_xml([instance_xml(len(asked))], token=f"token-{len(asked)}")
        return packed(page + f"<!--{' ' * PADDING}-->")

    with account.answered_by(answer), account.connect(60) as cloud:
        too_large(lambda: account.listed(cloud))

    assert len(asked) == 3


@pytest.mark.parametrize(
    ("slug", "resource", "operation", "member"),
    [
        ("aws", "volumes", "DescribeVolumes", "volumeSet"),
        ("aws", "snapshots", "DescribeSnapshots", "snapshotSet"),
        ("aws", "security_groups", "DescribeSecurityGroups", "securityGroupInfo"),
    ],
)
def test_pages_of_boto3_without_an_end_are_cut_by_their_bytes(slug, resource, operation, member):
    asked = []

    def answer(_parameters):
        asked.append(1)
        text = f"<{member}/><nextToken>token-{len(asked)}</nextToken><!--{' ' * PADDING}-->"
        return packed(f"<{operation}Response>{text}</{operation}Response>")

    with static_ec2(answer) as server:
        kind = get_kind(slug)
        given = {"access_key_id": "A", "secret_access_key": "s", "endpoint_url": server.url}
        with connect(kind, kind.clean_credentials(given), "us-east-1", 60) as cloud:
            too_large(lambda: cloud.read(resource))

    assert len(asked) == 3


def test_pages_of_s3_without_an_end_are_cut_by_their_bytes():
    asked = []

    def answer(_parameters):
        asked.append(1)
        bucket = f"<Bucket><Name>bucket-{len(asked)}</Name></Bucket>"
        following = f"<ContinuationToken>{len(asked)}</ContinuationToken>"
        text = f"<ListAllMyBucketsResult><Buckets>{bucket}</Buckets>{following}"
        return packed(f"{text}<!--{' ' * PADDING}--></ListAllMyBucketsResult>")

    with static_ec2(answer) as server:
        kind = get_kind("s3")
        given = {"access_key_id": "A", "secret_access_key": "s", "endpoint_url": server.url}
        with connect(kind, kind.clean_credentials(given), "us-east-1", 60) as cloud:
            too_large(lambda: cloud.read("buckets"))

    assert len(asked) == 3


@pytest.mark.parametrize("given", [{"token": GitHub.token}, {"owner": "cloudmesh-community"}])
def test_pages_of_github_without_an_end_are_cut_by_their_bytes(given, monkeypatch):
    kind, sent = get_kind("github"), []
    with served(GitHub(page=10), monkeypatch) as github:
        plain = github.answer

        def answer(request):
            found = plain(request)
            sent.append(request.path)
            body = json.loads(found.body)
            large = [*body] if isinstance(body, list) else body | {"padding": " " * PADDING}
            if isinstance(body, list):
                large[0] = large[0] | {"padding": " " * PADDING}
            return packed(json.dumps(large), **dict(found.headers))

        github.answer = answer
        with connect(kind, kind.clean_credentials(given), "global", 60) as cloud:
            too_large(lambda: cloud.read("repositories"))

    assert len(sent) == 3


def test_answers_of_libvirt_are_counted_together(request, settings):
    settings.CLOUD_REPLIES_MIB = 1
    account = BACKENDS["libvirt"](request)
    with account.many(), account.connect(60) as cloud:
        error = refused(lambda: account.listed(cloud))

    assert "larger than 1 MiB together" in error.message


@pytest.mark.parametrize("name", sorted(PAGED.keys() & RECORDINGS.keys()))
def test_replies_to_a_driver_of_libcloud_are_counted_together(name, monkeypatch):
    plain, sent = Replies.answer, []

    def answer(replies, request):
        status, body, headers, reason = plain(replies, request)
        text = body.decode() if isinstance(body, bytes) else body
        sent.append(request.url)
        return status, text + " " * (5 * PADDING // 2), headers, reason

    monkeypatch.setattr(Replies, "answer", answer)

    def read_again():
        while len(sent) < 10:
            cloud.read("virtual_machines")

    with recorded(name, 60) as (cloud, _replies):
        too_large(read_again)

    assert len(sent) == 2


# --- few bytes, many values -------------------------------------------------------------------


@pytest.mark.parametrize("slug", [*RECORDED, "aws", "libvirt"])
def test_objects_are_counted(slug, request, settings):
    settings.CLOUD_REPLIES_MIB = 64
    account = EVERY[slug](request)
    with account.many() as count:
        settings.CLOUD_OBJECTS = count - 1
        with account.connect(60) as cloud:
            error = refused(lambda: account.listed(cloud))

    assert f"more than {count - 1:,} objects" in error.message
    assert "CLOUD_OBJECTS" in error.message


def test_a_value_of_json_counts_as_more_than_it_is_written_with(request):
    """A list of empty lists takes forty times its characters."""
    account = BACKENDS["digitalocean"](request)
    many = {"droplets": [], "values": [[]] * 200_000, "meta": {"total": 0}, "links": {}}
    text = json.dumps(many, separators=(",", ":"))
    assert len(text) < 1 << 20
    account.cloud.answer = lambda _request: reply(text)
    with account.connect(60) as cloud:
        too_large(lambda: account.listed(cloud))


def test_an_account_as_large_as_the_limit_is_listed(request, settings):
    settings.CLOUD_OBJECTS = 1000
    account = BACKENDS["digitalocean"](request)
    with account.many() as count, account.connect(60) as cloud:
        assert len(account.listed(cloud)) == count
