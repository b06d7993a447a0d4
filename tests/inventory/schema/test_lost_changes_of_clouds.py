"""Changes of volumes, snapshots, key pairs and security groups whose answer is lost, at every kind
on a stand-in: each was carried out, is seen, and is not asked for again.
"""

import pytest

from tests.clouds.static_ec2 import reply
from tests.inventory.providers.contract.storage import stored
from tests.inventory.providers.contract.test_retries import EVERY
from tests.inventory.schema.storage_requests import done
from tests.inventory.schema.test_storage_of_clouds import Connection

pytestmark = pytest.mark.django_db(transaction=True)

STORED = stored()
MACHINES = "{ virtualMachines(maxAge: 0) { nodes { id externalId location { id } } } }"
VOLUMES = "{ volumes(maxAge: 0) { nodes { id state location { id } snapshots { id } } } }"
RULE = {"fromPort": 4433, "cidr": "192.0.2.0/24"}


class Changes:
    """The changes of the objects of one account, in the order in which they are made."""

    def __init__(self, ask, user, account):
        self.ask, self.account = ask, account
        self.offered = account.kind.table.functions
        self.lists = Connection(ask, user, account, "volumes")

    def run(self):
        """The mutation and the input of each change."""
        if ("security_groups", "add_rule") in self.offered:
            group = self.lists.listed("security_groups")[-1]["id"]
            yield "addSecurityGroupRule", {"id": group, **RULE}
            yield "removeSecurityGroupRule", {"id": group, **RULE}
        if ("volumes", "attach") in self.offered:
            volume, machine, snapshots = self._beside()
            yield "attachVolume", {"id": volume, "machine": machine}
            yield "detachVolume", {"id": volume}
            yield "resizeVolume", {"id": volume, "size": 900}
            for snapshot in snapshots:  # some clouds delete no volume that has snapshots
                yield "deleteSnapshot", {"id": snapshot}
            yield "deleteVolume", {"id": volume}
        if ("key_pairs", "delete") in self.offered:
            yield "deleteKeyPair", {"id": self.lists.listed("key_pairs")[-1]["id"]}

    def _beside(self):
        """A free volume, a running machine of its place, and the volume's snapshots."""
        with self.account.connect() as cloud:
            records = cloud.read("virtual_machines")
        running = {one.external_id for one in records if one.state == "RUNNING"}
        machines = self.ask(MACHINES).data["virtualMachines"]["nodes"]
        pairs = [
            (volume, machine)
            for volume in self.ask(VOLUMES).data["volumes"]["nodes"]
            for machine in machines
            if volume["state"] == "AVAILABLE" and machine["externalId"] in running
        ]
        volume, machine = next(
            (
                (volume, machine)
                for volume, machine in pairs
                if volume["location"] == machine["location"]
            ),
            pairs[0],
        )
        return volume["id"], machine["id"], [one["id"] for one in volume["snapshots"]]


def lose_first_answer(cloud):
    """Returns the requests that are carried out, and a function that ends it."""
    plain, accepted = cloud.answer, []

    def answer(request):
        found = plain(request)
        if request.method == "GET" or "/tokens" in request.path or found.status >= 300:
            return found
        accepted.append((request.method, request.path))
        return found if accepted[1:] else reply("the answer is lost", 502)

    cloud.answer = answer
    return accepted, lambda: setattr(cloud, "answer", plain)


@pytest.mark.parametrize("slug", sorted({slug for slug, _resource in STORED}))
def test_a_change_whose_answer_was_lost_is_asked_for_once(ask, user, request, slug):
    account = EVERY[slug](request)
    account.cloud.fault_meets = lambda _request: True
    changes = Changes(ask, user, account)
    seen = []
    for mutation, given in changes.run():
        accepted, end = lose_first_answer(account.cloud)
        job = done(ask, mutation, **given)
        end()

        assert job.state == "SUCCEEDED", (mutation, job.error_message)
        assert len(accepted) == 1, mutation
        seen.append(mutation)

    resources = {resource for one, resource in STORED if one == slug}
    assert {"attachVolume", "detachVolume", "resizeVolume", "deleteVolume"} <= set(seen)
    assert ("deleteKeyPair" in seen) == ("key_pairs" in resources)
