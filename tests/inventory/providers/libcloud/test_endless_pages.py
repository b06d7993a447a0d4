"""A cloud whose every page leads to another one is read until a limit, never for ever."""

import json

import pytest

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.libcloud import apart
from tests.inventory.providers.libcloud.recorded import recorded
from tests.inventory.providers.libcloud.test_two_pages import FOLLOWED, PAGED

SECONDS = 0.2  # each of them is spent: a reply is there at once
LISTS = ("virtual_machines", "volumes")
# They take the number of pages from the first page, and read no more.
COUNTED = {"digitalocean", "linode"}
CASES = [
    (name, resource) for name in PAGED for resource in LISTS if resource in FOLLOWED.get(name, ())
]


def endless(name, replies):
    plain, page = replies.answer, PAGED[name]

    def answer(request):
        status, body, headers, reason = plain(request)
        text = body.decode() if isinstance(body, bytes) else body
        text, headers = page(text, dict(headers), {})  # as if it were the first page
        return status, text, headers, reason

    replies.answer = answer


@pytest.mark.parametrize(("name", "resource"), CASES)
def test_pages_that_lead_to_each_other_end(name, resource):
    if name in COUNTED:
        with recorded(name) as (cloud, replies):
            endless(name, replies)
            cloud.read(resource)
        assert len(replies.asked) <= 4
        return
    with recorded(name, timeout=SECONDS) as (cloud, replies):
        endless(name, replies)
        with pytest.raises(ProviderError) as caught:
            cloud.read(resource)

    assert caught.value.code in {ProviderErrorCode.TIMEOUT, ProviderErrorCode.PROVIDER_ERROR}


def test_a_reply_that_is_read_again_counts(settings):
    """Scaleway's driver follows a link to the page that it is on."""
    settings.CLOUD_REPLIES_MIB = 1
    page = {"servers": [{"id": str(number), "name": "x" * 1000} for number in range(100)]}
    link = {"Link": '</servers?page=1>; rel="next"'}
    with recorded("scaleway", timeout=60) as (cloud, replies):
        replies.answer = lambda _request: (200, json.dumps(page), link, "OK")
        with pytest.raises(ProviderError, match="CLOUD_REPLIES_MIB"):
            cloud.read("virtual_machines")

    assert len(replies.asked) < 10


def test_a_reply_that_is_read_again_looks_at_the_clock(monkeypatch):
    class Clock:
        left = 20

        def check(self):
            self.left -= 1
            if not self.left:
                raise TimeoutError

    clock = Clock()
    monkeypatch.setattr(apart, "budget_in_use", lambda: clock)
    with recorded("scaleway", timeout=60) as (cloud, replies):
        endless("scaleway", replies)
        with pytest.raises(ProviderError) as caught:
            cloud.read("virtual_machines")

    assert caught.value.code is ProviderErrorCode.TIMEOUT
