"""The text of a failure is bounded, one line, and free of the account's secrets."""

from inventory.providers import Capability
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.blocking import STATES


def test_a_fault_is_shortened_and_has_no_secret(request):
    account = BACKENDS["openstack"](request)
    with account.connect() as cloud:
        machine_id = account.running(cloud).external_id
        STATES["openstack"]["ERROR"](account, machine_id)
        [server] = [one for one in account.cloud.servers if one["id"] == machine_id]
        text = f"Failed with {account.cloud.password}\n{'x' * 3000}"
        server["fault"] = {"message": text, "created": "2026-11-26T12:10:12Z", "code": 500}
        failure = cloud.find_failure(Capability.STOP, machine_id)

    assert failure.message.startswith("Failed with [redacted] xxx")
    assert len(failure.message) <= 300
