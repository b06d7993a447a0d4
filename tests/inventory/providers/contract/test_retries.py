"""A read that is throttled once still returns the whole list; an action is never sent twice."""

from functools import partial

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import Container, VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode, retries
from inventory.services.providers import provider_connect
from tests.clouds.static_ec2 import pages_of_five, refusal, reply
from tests.inventory.cloud_patches import call_named
from tests.inventory.factories import make_user
from tests.inventory.providers.contract.backends import BACKENDS, Recorded
from tests.inventory.providers.contract.container_backends import (
    CONTAINER_BACKENDS,
    RecordedContainers,
)

Code = ProviderErrorCode
LONG = 120  # seconds: the deadline has no part in the test
EVERY = BACKENDS | CONTAINER_BACKENDS
RECORDED = [slug for slug, one in EVERY.items() if issubclass(one, Recorded | RecordedContainers)]
every_recorded = pytest.mark.parametrize("slug", RECORDED)
SLOWER = {
    "429": reply("slower", 429),
    "429 and when": reply("slower", 429, headers={"Retry-After": "2"}),
    "503": reply("oops", 503),
    "500": reply("oops", 500),
}


@pytest.fixture
def account(request, slug):
    return EVERY[slug](request)


def ids(records):
    return sorted(record.external_id for record in records)


def failing_at(cloud, places):
    """Let reads fail at these ``places``. Only reads that the fault meets count, from 0."""
    meets, counted = cloud.fault_meets, iter(range(10_000))

    def is_met(request):
        return meets(request) and request.method == "GET" and next(counted) in places

    return is_met


@pytest.mark.parametrize("name", SLOWER)
@pytest.mark.parametrize("place", [0, 1])
@every_recorded
def test_a_page_that_fails_once_is_asked_again(account, pauses, name, place):
    with account.many() as count, account.connect(LONG) as cloud:
        whole = ids(account.listed(cloud))
        account.cloud.fault = SLOWER[name]
        account.cloud.fault_meets = failing_at(account.cloud, {place})
        again = ids(account.listed(cloud))

    assert again == whole
    assert len(whole) == count
    reads = [one for one in account.cloud.asked if one.method == "GET"]
    assert len(pauses) == (1 if len(reads) > 3 or place == 0 else 0)
    assert all(2 <= pause < 2.3 if "when" in name else pause <= 1 for pause in pauses)


@pytest.mark.parametrize(
    "throttled",
    [
        refusal("RequestLimitExceeded", status=503),
        refusal("Throttling", status=400),
        reply("", 502),
    ],
    ids=["503", "400", "502"],
)
@pytest.mark.parametrize("slug", ["aws"])
def test_a_page_of_ec2_that_fails_once_is_asked_again(account, pauses, throttled):
    pages, asked = pages_of_five(12), []

    def answer(parameters):
        if parameters["Action"] == "DescribeImages":
            return reply("<DescribeImagesResponse/>")
        asked.append(parameters.get("NextToken"))
        return throttled if len(asked) == 2 else pages(parameters)

    with account.answered_by(answer), account.connect(LONG) as cloud:
        assert len(account.listed(cloud)) == 12

    assert asked == [None, "page-5", "page-5", "page-10"]
    assert len(pauses) == 1


@every_recorded
def test_what_is_throttled_for_long_is_rate_limited(account, pauses):
    with account.faulty("429"):
        error = refused(account, LONG)

    assert (error.code, error.retryable) == (Code.RATE_LIMITED, True)
    assert len(pauses) == retries.TRIES - 1


@pytest.mark.parametrize("slug", [*RECORDED, "aws"])
@pytest.mark.parametrize(
    ("after", "timeout"),
    [("7", 5), ("11", LONG), ("86400", LONG), ("inf", LONG), ("1795826204000", LONG)],
)
def test_no_pause_is_longer_than_the_deadline_or_the_bound(account, pauses, after, timeout):
    throttled = reply("slower", 429, headers={"Retry-After": after})
    if account.slug == "aws":
        with account.answered_by(throttled):
            error = refused(account, timeout)
    else:
        account.cloud.fault = throttled
        error = refused(account, timeout)

    assert error.code is Code.RATE_LIMITED
    assert pauses == []


def refused(account, timeout):
    with account.connect(timeout) as cloud, pytest.raises(ProviderError) as caught:
        account.listed(cloud)
    return caught.value


@every_recorded
@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_action_is_never_sent_again(account, pauses, status):
    with account.connect() as cloud:
        external_id = account.running(cloud).external_id
        meets = account.cloud.fault_meets
        account.cloud.fault = reply("no", status)
        account.cloud.fault_meets = lambda request: meets(request) and request.method != "GET"
        remove = (
            partial(cloud.do, "virtual_machines", "terminate")
            if account.kind.lists_machines
            else partial(cloud.do, "containers", "remove")
        )
        with pytest.raises(ProviderError):
            remove(external_id)
        with pytest.raises(ProviderError):
            account.made(cloud)

    acts = [one for one in account.cloud.asked if one.method == "DELETE" or "create" in one.path]
    assert len([one for one in acts if one.method == "DELETE"]) == 1
    assert pauses == []


@pytest.mark.parametrize("slug", ["aws"])
@pytest.mark.parametrize("act", ["start_machine", "stop_machine", "terminate_machine", "made"])
def test_an_action_of_ec2_is_never_sent_again(account, pauses, act):
    with account.answered_by(refusal("RequestLimitExceeded", status=503)):
        with account.connect() as cloud, pytest.raises(ProviderError):
            account.made(cloud) if act == "made" else call_named(cloud, act)(account.nobody)
        assert len(account.asked) == 1

    assert pauses == []


@every_recorded
def test_a_task_retries_a_bounded_number_of_times(account, pauses, monkeypatch):
    monkeypatch.setattr(retries, "TASK_RETRIES", 3)
    account.cloud.fault = reply("slower", 429)
    with account.connect(LONG) as cloud:
        for _ in range(4):
            with pytest.raises(ProviderError):
                account.listed(cloud)

    assert len(pauses) == 3


@every_recorded
@pytest.mark.django_db(transaction=True)
def test_a_source_that_is_throttled_once_is_live_and_loses_nothing(account):
    provider = provider_connect(
        owner=make_user(),
        kind=account.slug,
        name="throttled",
        credentials=account.given,
        regions=[account.region],
    )
    machines = account.kind.lists_machines
    resource = "virtual_machines" if machines else "containers"
    source = provider.sources.select_related("provider").get(resource__iexact=resource)
    rows = (VirtualMachine if machines else Container).objects.order_by("external_id")
    refresh([Ask(source, 0)])
    before = list(rows.values_list("external_id", "state"))
    account.cloud.fault = reply("slower", 429)
    plain = account.cloud.fault_meets
    account.cloud.fault_meets = failing_at(account.cloud, {0})

    [receipt] = refresh([Ask(source, 0)]).values()
    assert (receipt.status, receipt.error) == ("LIVE", None)
    assert list(rows.values_list("external_id", "state")) == before

    account.cloud.fault_meets = plain
    [receipt] = refresh([Ask(source, 0)]).values()
    assert (receipt.status, receipt.error.code) == ("STALE", "RATE_LIMITED")
    assert list(rows.values_list("external_id", "state")) == before
