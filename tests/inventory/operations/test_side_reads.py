"""The failure of a read about a related object does not stop an action on the machine."""

from unittest.mock import Mock

from inventory.operations.actions.virtual_machines import MACHINE
from inventory.operations.outcomes import fail_with_reason, remember_failure
from inventory.operations.target_context import TargetContext
from inventory.providers import Capability, ProviderError, ProviderErrorCode


def failing():
    error = ProviderError(ProviderErrorCode.PROVIDER_ERROR, "The list of operations is down.")
    return Mock(find_failure=Mock(side_effect=error), find_blocker=Mock(side_effect=error))


def test_the_report_of_failures_cannot_be_read():
    cloud, step = failing(), Mock(memory={})
    remember_failure(step, "stop", TargetContext(MACHINE, cloud, Mock(), "one"))
    fail_with_reason(cloud, Capability.PROVISION, "one")

    step.remember.assert_called_once_with(stop_failure=None)
    assert cloud.find_failure.call_count == 2


def test_what_blocks_cannot_be_read():
    cloud = failing()
    TargetContext(MACHINE, cloud, Mock(), "one").refuse_if_blocked(Capability.STOP)

    cloud.find_blocker.assert_called_once_with(Capability.STOP, "one")
