"""A list whose pages repeat ends with a message that says so, and is no listing."""

import pytest

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.paging import MOST_PAGES, each_page
from tests.clouds.static_ec2 import instance_xml, instances_xml, reply
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
