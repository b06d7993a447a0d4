"""An empty list that hides a failure is a failure, at each driver and for each of its lists."""

import pytest

from inventory.providers import ProviderError, retries
from inventory.providers.libcloud.evidence import EVIDENCE
from inventory.providers.unanswered import LONGEST_KEPT
from tests.inventory.providers.libcloud.recorded import recorded
from tests.inventory.providers.libcloud.replies import CASES, STORED, WORDS

READ = [case for case in CASES if WORDS[case[1]] in EVIDENCE[case[0]].listed.split()] + STORED
PAGE = "<html><head><title>Proxy</title></head><body><p>Please sign in.</p></body></html>"
NO_LISTS = {
    "nothing": "",
    "an empty object": "{}",
    "errors": '{"error": {"code": 500}, "errors": [{"reason": "internal"}]}',
    "a page": f"<!DOCTYPE html>\n{PAGE}",
    "a long page": f"<!DOCTYPE html>\n{PAGE}{' ' * LONGEST_KEPT}",
    "an error in XML": "<?xml version='1.0'?><Error><Code>InternalError</Code></Error>",
}
# Statuses of no list. Others are refused by each driver: see test_bounds.
STATUSES = [302, 404]


SIGN_INS = ("/tokens", "/sessions", "/login", "/v1.0?", "/v1.0/?", "/v1.1/auth")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(retries, "sleep", lambda _seconds: None)


def answered(name, resource, status, body=None):
    """The records if each request but sign-ins is answered so. ``body`` None: the recorded one."""
    with recorded(name) as (cloud, replies):
        plain = replies.answer

        def answer(request):
            path = request.path_url
            found = plain(request)
            if any(word in path for word in SIGN_INS):
                return found
            return (status, found[1] if body is None else body, {}, "As it is")

        replies.answer = answer
        return cloud.read(resource), replies.asked


@pytest.mark.parametrize("text", NO_LISTS)
@pytest.mark.parametrize(("name", "resource"), READ)
def test_what_is_no_list_is_not_an_empty_one(name, resource, text):
    try:
        records, asked = answered(name, resource, 200, NO_LISTS[text])
    except ProviderError:
        return
    assert records or not asked
    assert not asked or all(one.problem for one in records)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(("name", "resource"), READ)
def test_a_list_with_another_status_is_a_failure(name, resource, status):
    try:
        _records, asked = answered(name, resource, status)
    except ProviderError:
        return
    assert not asked
