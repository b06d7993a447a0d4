"""Every kind reports each failure of a cloud alike, and takes no part of a list for the whole."""

import re
import time

import pytest

from gateway.core.http.retry_after import LONGEST_SECONDS
from inventory.providers import ProviderError, ProviderErrorCode
from tests.inventory.providers.contract.faults import FAULTS, FOREIGN, NOT_THE_CLOUD, ODD_WAITS

Code = ProviderErrorCode
LONG = 120  # seconds: the deadline has no part in the test


def refused(account, ask=None, timeout=60):
    ask = ask or account.listed
    with pytest.raises(ProviderError) as caught, account.connect(timeout) as cloud:
        ask(cloud)
    return caught.value


@pytest.mark.parametrize("name", FAULTS)
def test_a_failing_list_says_why(account, name):
    fault = FAULTS[name]
    with account.faulty(name):
        error = refused(account, timeout=fault.timeout)

    assert (error.code, error.retryable) == (fault.code, fault.retryable)
    assert error.message
    assert FOREIGN.search(error.message) is None, error.message


@pytest.mark.parametrize("name", FAULTS)
def test_nothing_is_taken_for_gone_because_the_cloud_fails(account, name):
    with account.faulty(name):
        error = refused(
            account,
            lambda cloud: account.found(cloud, account.nobody),
            timeout=FAULTS[name].timeout,
        )

    assert error.code is FAULTS[name].code


def test_a_page_that_is_not_the_clouds_makes_nothing_gone(account):
    with account.faulty(NOT_THE_CLOUD):
        error = refused(account, lambda cloud: account.found(cloud, account.nobody))

    assert "Not found" in error.message


def test_what_the_cloud_asks_to_wait_is_kept(account):
    with account.faulty("429"):
        assert refused(account).retry_after == account.retry_after


@pytest.mark.parametrize("act", ["listed", "made"])
@pytest.mark.parametrize("name", ODD_WAITS)
def test_no_retry_after_hides_that_the_cloud_throttles(account, name, act):
    if not hasattr(account, "asked"):
        pytest.skip("Its back end sends no headers.")
    with account.faulty(name):
        error = refused(account, getattr(account, act))

    assert (error.code, error.retryable) == (Code.RATE_LIMITED, True)
    assert error.retry_after is None or 0 <= error.retry_after <= LONGEST_SECONDS


@pytest.mark.parametrize(("name", "tries"), [("403", 1), ("429", 3), ("500", 3)])
def test_a_read_that_fails_is_sent_a_few_times_at_most(account, name, tries):
    """libcloud's own retries are off: they would multiply these."""
    if not hasattr(account, "asked"):
        pytest.skip("There are no requests to be counted.")
    with account.faulty(name):
        refused(account, timeout=LONG)
        first = list(account.asked)
        refused(account, timeout=LONG)

    # A sign-in comes before, or a question for the version that is to be spoken.
    before = [one for one in first if re.search(r"token|/version$", getattr(one, "path", ""))]
    assert len(first) - len(before) == tries
    assert len(account.asked) - len(first) == tries


@pytest.mark.parametrize("name", ["403", "500", "reset"])
def test_a_refused_order_says_why(account, name):
    with account.faulty(name):
        error = refused(account, account.made)

    assert error.code is FAULTS[name].code


def test_wrong_credentials_are_wrong_credentials(account):
    with account.with_wrong_credentials():
        error = refused(account)

    assert (error.code, error.retryable) == (Code.INVALID_CREDENTIALS, False)


@pytest.mark.parametrize("name", ["403", "garbage"])
def test_no_message_shows_a_secret(account, name):
    with account.faulty(name):
        error = refused(account)

    for secret in account.kind.secrets(account.credentials):
        assert len(secret) < 4 or secret not in error.message


def test_every_page_is_followed(account):
    with account.many() as count, account.connect() as cloud:
        records = account.listed(cloud)

    assert len(records) == count
    assert len({record.external_id for record in records}) == count


def test_a_listing_that_is_cut_short_is_no_listing(account):
    with account.cut_short():
        error = refused(account)

    assert error.code in {Code.PROVIDER_ERROR, Code.UNREACHABLE}


def test_a_spent_budget_asks_no_more(account):
    def ask():
        with account.connect(timeout=0.05) as cloud:
            time.sleep(0.06)
            account.listed(cloud)

    with pytest.raises(ProviderError) as caught:
        ask()

    assert caught.value.code is Code.TIMEOUT
