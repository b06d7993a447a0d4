"""A page that the server does not know any more: the list is read again from its first page.

The token of a page may be the id of the last object before it, which may be deleted meanwhile.
"""

import pytest

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.paging import LISTINGS, PageLost, each_page, restarted
from tests.clouds.recorded import as_json
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.test_pages import PLACES
from tests.inventory.providers.contract.test_retries import EVERY

# Refusals of a page in the form of each kind.
REFUSALS = {
    "azure": as_json(
        {"error": {"code": "InvalidSkipToken", "message": "The token is unknown."}}, 400
    ),
    "digitalocean": as_json({"id": "not_found", "message": "There is no such page."}, 404),
    "google": as_json(
        {
            "error": {
                "code": 400,
                "message": "Invalid value for field 'pageToken'.",
                "errors": [{"reason": "invalid", "message": "Invalid value."}],
            }
        },
        400,
    ),
    "kubernetes": as_json(
        {
            "kind": "Status",
            "status": "Failure",
            "reason": "Expired",
            "message": "The provided continue parameter is too old.",
            "code": 410,
        },
        410,
    ),
    "linode": as_json({"errors": [{"reason": "Not found"}]}, 404),
    "openstack": as_json({"badRequest": {"code": 400, "message": "marker [x] not found"}}, 400),
}


def is_later(request):
    """True if the request asks for a page after the first."""
    place = PLACES & request.query.keys()
    return request.method == "GET" and bool(place) and request.query.get("page") != "1"


def losing(account, times):
    """The first ``times`` requests for a later page are refused; returns those requests."""
    plain, lost = account.cloud.answer, []

    def answer(request):
        if is_later(request) and len(lost) < times:
            lost.append(request)
            return REFUSALS[account.slug]
        return plain(request)

    account.cloud.answer = answer
    return lost


@pytest.mark.parametrize("slug", REFUSALS)
def test_a_lost_page_begins_the_list_anew(slug, request):
    account = EVERY[slug](request)
    with account.many() as count, account.connect(60) as cloud:
        before = {one.external_id for one in account.listed(cloud)}
        lost = losing(account, LISTINGS - 1)
        found = account.listed(cloud)

    assert len(lost) == LISTINGS - 1
    assert len(found) == count
    assert {one.external_id for one in found} == before


@pytest.mark.parametrize("slug", REFUSALS)
def test_a_page_that_stays_lost_fails_the_list(slug, request):
    account = EVERY[slug](request)
    with account.many(), account.connect(60) as cloud:
        lost = losing(account, 1000)
        with pytest.raises(ProviderError):
            account.listed(cloud)

    # A list with numbered pages is read once more: a reading counts when another one confirms it.
    assert len(lost) in {LISTINGS, LISTINGS + 1}


def test_the_server_that_nova_goes_on_after_is_deleted(request):
    account = BACKENDS["openstack"](request)
    with account.many() as count, account.connect(60) as cloud:
        plain, removed = account.cloud.answer, []

        def answer(asked):
            if asked.path.endswith("/servers/detail") and "marker" in asked.query and not removed:
                [marked] = [
                    one for one in account.cloud.servers if one["id"] == asked.query["marker"]
                ]
                account.cloud.servers.remove(marked)
                removed.append(marked["id"])
            return plain(asked)

        account.cloud.answer = answer
        found = {one.external_id for one in account.listed(cloud)}

    assert len(found) == count - 1
    assert removed[0] not in found


def refusal(code):
    return ProviderError(code, "No.")


def test_a_refusal_of_the_first_page_is_no_lost_page():
    def read(_token):
        raise refusal(ProviderErrorCode.INVALID_REQUEST)

    with pytest.raises(ProviderError) as caught:
        restarted(lambda: each_page(read, lambda _page: None))

    assert caught.value.code is ProviderErrorCode.INVALID_REQUEST
    assert not isinstance(caught.value, PageLost)


def test_another_failure_of_a_later_page_is_no_lost_page():
    asked = []

    def read(token):
        asked.append(token)
        if token is not None:
            raise refusal(ProviderErrorCode.PERMISSION_DENIED)
        return "first"

    with pytest.raises(ProviderError) as caught:
        restarted(lambda: each_page(read, lambda _page: "next"))

    assert caught.value.code is ProviderErrorCode.PERMISSION_DENIED
    assert asked == [None, "next"]
