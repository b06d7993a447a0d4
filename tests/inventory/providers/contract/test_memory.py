"""A task's objects are freed when it ends, without garbage collection: answers may be large."""

import gc
from contextlib import suppress

import pytest
import requests
from libcloud.common.base import BaseDriver, Connection, RawResponse, Response
from libcloud.http import LibcloudConnection

from inventory.providers import ProviderError
from inventory.providers.adapter import Cloud
from inventory.providers.transport import Line
from tests.inventory.providers.contract.every import single_kinds
from tests.inventory.providers.contract.test_retries import EVERY

MADE = (
    BaseDriver,
    Cloud,
    Connection,
    LibcloudConnection,
    Line,
    RawResponse,
    Response,
    requests.Response,
    requests.Session,
)


@pytest.fixture(params=[kind.slug for kind in single_kinds()])
def account(request):
    return EVERY[request.param](request)


@pytest.fixture
def without_collections():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def alive():
    return [one for one in gc.get_objects() if issubclass(type(one), MADE)]


def made_since(before):
    known = {id(one) for one in before}
    return sorted(type(one).__name__ for one in alive() if id(one) not in known)


def test_nothing_of_a_listing_stays(account, without_collections):
    with account.connect() as cloud:  # what is kept for the process is made here
        account.listed(cloud)
    del cloud
    before = alive()
    with account.connect() as cloud:
        assert account.listed(cloud)
        assert made_since(before)
    del cloud

    assert made_since(before) == []


def test_nothing_of_a_failure_stays(account, without_collections):
    with account.connect() as cloud:
        account.listed(cloud)
    del cloud
    before = alive()
    with account.faulty("429" if account.slug != "simulator" else "500"):
        with suppress(ProviderError), account.connect() as cloud:
            account.listed(cloud)
            pytest.fail("It did not fail.")
        del cloud

    assert made_since(before) == []
