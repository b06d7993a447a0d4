"""A probe of any kind gives a report, whatever fails, and changes nothing."""

import pytest

from inventory.providers import ProviderErrorCode
from inventory.providers.probe import probe
from tests.inventory.providers.contract.faults import FAULTS

Code = ProviderErrorCode


def test_every_capability_that_acts_is_told_of_once_and_nothing_happens(account):
    kind = account.kind
    with account.connect() as cloud:
        before = account.listed(cloud)
        found = probe(cloud, None)
        after = account.listed(cloud)

    told = [finding.capability for finding in found.findings]
    assert [one for one in told if one in kind.acting_capabilities] == kind.acting_capabilities
    assert len(told) == len(set(told))
    assert all(finding.message for finding in found.findings)
    assert found.error is None
    assert 0 < found.timing.seconds < 30
    assert after == before


@pytest.mark.parametrize("name", FAULTS)
def test_a_cloud_that_fails_is_told_of_and_hides_nothing(account, name):
    with account.faulty(name):
        with account.connect(FAULTS[name].timeout) as cloud:
            found = probe(cloud, None)

    assert found.error.code is FAULTS[name].code
    told = [finding.capability for finding in found.findings]
    assert [one for one in told if one in account.kind.acting_capabilities] == (
        account.kind.acting_capabilities
    )


def test_wrong_credentials_allow_nothing(account):
    with account.with_wrong_credentials():
        with account.connect() as cloud:
            found = probe(cloud, None)

    assert found.error.code is Code.INVALID_CREDENTIALS
    assert {finding.permission for finding in found.findings} <= {"UNKNOWN"}
    for secret in account.kind.secrets(account.credentials):
        assert len(secret) < 4 or secret not in repr(found)
