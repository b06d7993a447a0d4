"""Jobs on volumes and key pairs of a driver of libcloud: asked for once, and seen done."""

import json

import pytest

from gateway.core.errors import InvalidInput, NotSupported
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.operations.actions import ACTIONS, CREATIONS, EDITS
from inventory.resources.key_pair import KeyPair
from inventory.resources.volume import Volume
from inventory.services.actions import action_submit
from inventory.services.creations import creation_dry_run, creation_submit
from inventory.services.dry_run import action_dry_run
from inventory.services.edits import edit_submit
from inventory.services.providers import provider_connect
from jobs.api import Job
from tests.inventory.factories import make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.libcloud.recorded import recorded
from tests.inventory.providers.libcloud.storage import KEY, is_deed

pytestmark = pytest.mark.django_db(transaction=True)

DECLARED = {one.operation: one for one in (*ACTIONS, *EDITS, *CREATIONS)}
GIVEN = {
    "volume.create": {"name": "data", "size": 10, "location": "fra"},
    "key_pair.import": {"name": "laptop", "public_key": KEY},
}
BLOCKS, KEYS = "/v2/blocks", "/v2/ssh-keys"
BLOCK = "ec6d1ecc-aa70-4f18-8edd-887a258b1b45"  # of the recorded answer to an order


class Vultr:
    """The recorded replies, with what the changes do to volumes and keys. ``loses``: the answers
    to changes are lost; ``makes``: they have an effect.
    """

    def __init__(self, replies, *, loses=False, makes=True):
        self.plain, self.loses, self.makes = replies.answer, loses, makes
        self.deeds, self.blocks, self.keys = [], [], []
        replies.answer = self.answer

    def answer(self, request):
        path = request.path_url.partition("?")[0]
        if is_deed(request):
            self.deeds.append((request.method, path))
            if self.makes:
                self.change(request.method, path, json.loads(request.body or "{}"))
            if self.loses:
                return 503, "", {}, "Unavailable"
            if path not in {BLOCKS, KEYS}:
                return 204, "", {}, "No Content"
        status, body, headers, reason = self.plain(request)
        if request.method == "GET" and path in {BLOCKS, KEYS}:
            name, more = {BLOCKS: ("blocks", self.blocks), KEYS: ("ssh_keys", self.keys)}[path]
            found = json.loads(body)
            kept = found[name][:1] if path == KEYS else []
            shown = [found[name][0] | one for one in more]
            body = json.dumps(found | {name: [*kept, *shown]})
        return status, body, headers, reason

    def change(self, method, path, body):
        if path == KEYS:
            self.keys.append({"id": "made", "name": body["name"], "ssh_key": body["ssh_key"]})
        elif path == BLOCKS:
            self.blocks.append({"id": BLOCK, "label": body["label"], "status": "active"})
        elif path.endswith("/attach"):
            self.blocks[0]["attached_to_instance"] = body["instance_id"]
        elif path.endswith("/detach"):
            self.blocks[0]["attached_to_instance"] = ""
        else:
            assert (method, path) == ("DELETE", f"{BLOCKS}/{BLOCK}")
            self.blocks.clear()


def connected():
    return provider_connect(
        owner=make_user(),
        kind="libcloud",
        name="Vultr",
        credentials={"driver": "vultr", "key": "a-key-of-tests"},
        regions=["global"],
    )


def created(operation, **changes):
    return creation_submit(
        creation=DECLARED[operation],
        provider=connected(),
        given=GIVEN[operation] | changes,
        requested_by=None,
    )


def listed(provider, model):
    resource = {Volume: "volumes", VirtualMachine: "virtual_machines"}[model]
    refresh([Ask(provider.sources.select_related("provider").get(resource=resource), 0)])
    return model.objects.select_related("source__provider", "provider").first()


@pytest.mark.parametrize(
    ("operation", "model", "path", "name"),
    [("volume.create", Volume, BLOCKS, "data"), ("key_pair.import", KeyPair, KEYS, "laptop")],
)
def test_what_was_created_is_found_by_its_name_if_the_answer_was_lost(operation, model, path, name):
    with recorded("vultr") as (_cloud, replies):
        cloud = Vultr(replies, loses=True)
        job = run_to_its_end(created(operation))

    assert cloud.deeds == [("POST", path)]
    assert job.state == "SUCCEEDED", job.error_message
    row = model.objects.get(external_id__in=["made", BLOCK])
    assert row.name == f"{name}-{job.pk.hex}"
    assert ["gateway-job", str(job.pk)] in row.tags


@pytest.mark.parametrize("operation", GIVEN)
def test_an_order_that_made_nothing_ends_unknown_and_is_not_sent_again(operation, monkeypatch):
    monkeypatch.setattr("inventory.operations.unclear_orders.LOOK_SECONDS", 0.0)
    with recorded("vultr") as (_cloud, replies):
        cloud = Vultr(replies, loses=True, makes=False)
        job = run_to_its_end(created(operation))

    assert (job.state, job.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    assert len(cloud.deeds) == 1
    assert f"its name is {GIVEN[operation]['name']}-{job.pk.hex}" in job.error_message


@pytest.mark.parametrize("loses", [False, True])
def test_a_volume_is_attached_detached_and_deleted_once_each(loses):
    with recorded("vultr") as (_cloud, replies):
        cloud = Vultr(replies, loses=loses)
        job = created("volume.create")
        assert run_to_its_end(job).state == "SUCCEEDED"
        provider = Volume.objects.get().provider
        machine = listed(provider, VirtualMachine)
        for operation, given in (
            ("volume.attach", {"machine": machine}),
            ("volume.detach", {"machine": None}),
            ("volume.delete", None),
        ):
            row, declared = listed(provider, Volume), DECLARED[operation]
            if given is None:
                assert action_dry_run(action=declared, row=row).allowed
                submitted = action_submit(action=declared, row=row, requested_by=None)
            else:
                submitted = edit_submit(edit=declared, row=row, given=given, requested_by=None)
            job = run_to_its_end(submitted)
            assert job.state == "SUCCEEDED", job.error_message

    assert cloud.deeds == [
        ("POST", BLOCKS),
        ("POST", f"{BLOCKS}/{BLOCK}/attach"),
        ("POST", f"{BLOCKS}/{BLOCK}/detach"),
        ("DELETE", f"{BLOCKS}/{BLOCK}"),
    ]


def test_a_dry_run_creates_nothing():
    with recorded("vultr") as (_cloud, replies):
        cloud, provider = Vultr(replies), connected()
        for operation, given in GIVEN.items():
            run = creation_dry_run(creation=DECLARED[operation], provider=provider, given=given)
            assert run.allowed

    assert cloud.deeds == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "w" * 31}, "name"),
        ({"name": "-web"}, "name"),
        ({"tags": (("env", "prod"),)}, "tags"),
        ({"encrypted": True}, "encrypted"),
        ({"type": "ssd"}, "type"),
    ],
)
def test_what_a_driver_has_no_place_for_is_refused_before_there_is_a_job(changes, field):
    with pytest.raises((InvalidInput, NotSupported)) as caught:
        created("volume.create", **changes)

    assert caught.value.field == field
    assert not Job.objects.exists()
