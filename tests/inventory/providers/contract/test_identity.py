"""An answer about another object is no answer about the one that was asked for.

Every read of one object is led to another object, so that a correct server answers with that one.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from libcloud.common.types import MalformedResponseError

from gateway.core.http.budget import Budget
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.live.single_read import SingleRead, finish_reads, start_reads
from inventory.models import VirtualMachine
from inventory.providers import Capability, ProviderError, ProviderErrorCode, get_kind
from inventory.providers.accepted import OperationId
from inventory.providers.adapter import Cloud
from inventory.providers.identity import ANOTHER, only_of
from inventory.providers.libvirt.conversation import Conversation
from inventory.providers.table import Beside, Table
from inventory.providers.transport import Line
from inventory.records.image import ImageRecord
from inventory.services.providers import provider_connect
from inventory.types import MachineRecord, MachineState
from tests.clouds.recorded import as_json
from tests.clouds.sent import only_reads, requests_sent
from tests.clouds.static_ec2 import instance_xml, instances_xml, reply
from tests.inventory.factories import machine_source, make_user
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.blocking import STATES
from tests.inventory.providers.contract.test_whole_lists import at, changing

# A state of the other object that blocks every action, or most of them.
BLOCKED = {
    "aws": ("stop protection", "termination protection"),
    "azure": ("generalized",),
    "digitalocean": ("locked",),
    "google": ("protected",),
    "linode": ("cannot_delete",),
    "openstack": ("locked",),
}
TAGS = ({"env": "other"}, ["team"])


@contextlib.contextmanager
def led_to(asked: str, other: str) -> Iterator[list]:
    """Reads of ``asked`` are sent as reads of ``other``. Yields those requests."""
    led, plain = [], Conversation._send

    def lead(request):
        if not only_reads(request):
            return
        headers = request.headers.get("X-Filter", "")
        body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
        if asked not in f"{request.url} {headers} {body}":
            return
        led.append(request)
        request.url = request.url.replace(asked, other)
        if headers:
            request.headers["X-Filter"] = headers.replace(asked, other)
        if body:
            request.body = body.replace(asked, other)
            request.headers["Content-Length"] = str(len(request.body))

    def send(self, call):
        with contextlib.suppress(ValueError):
            wanted, instead = UUID(asked).bytes, UUID(other).bytes
            if wanted in call.arguments:
                led.append(call)
                call = type(call)(
                    call.procedure, call.arguments.replace(wanted, instead), call.read
                )
        return plain(self, call)

    Conversation._send = send
    try:
        with requests_sent(before=lead):
            yield led
    finally:
        Conversation._send = plain


@contextlib.contextmanager
def two_objects(account):
    """A connected cloud, the id of a running object, and that of another one.

    Of a container, the id is that of its pod where it has one.
    """
    if account.slug == "simulator":
        pytest.skip("It is asked in this process, about an object by its id.")
    with account.connect(60) as cloud:
        asked = account.running(cloud).external_id
        pod = asked.partition("/")[0] if account.slug == "kubernetes" else asked
        others = [one.external_id for one in account.listed(cloud)]
        others = [one for one in others if one.partition("/")[0] != pod and one != asked]
        other = others[0] if others else account.made(cloud).external_id
        other = other.partition("/")[0] if account.slug == "kubernetes" else other
        yield cloud, asked, pod, other


def refused(read, *args):
    with pytest.raises(ProviderError) as caught:
        read(*args)
    assert (caught.value.code, caught.value.message) == (ProviderErrorCode.PROVIDER_ERROR, ANOTHER)
    assert caught.value.retryable


def test_a_single_read_is_about_the_object_that_was_asked_for(account):
    with two_objects(account) as (cloud, asked, name, other):
        assert account.found(cloud, asked).external_id == asked
        with led_to(name, other) as led:
            refused(account.found, cloud, asked)

    assert led


@pytest.mark.parametrize("slug", BLOCKED)
def test_no_blocker_is_another_objects(slug, request):
    account = BACKENDS[slug](request)
    seen = 0
    with two_objects(account) as (cloud, asked, name, other):
        for state in BLOCKED[slug]:
            STATES[slug][state](account, other)
            for capability in account.kind.acting_capabilities:
                blocked = cloud.find_blocker(capability, other) is not None
                with led_to(name, other) as led:
                    if led_blocker(cloud, capability, asked):
                        seen += blocked
                        assert led
                    else:
                        assert not blocked or slug == "azure"
    assert seen


def led_blocker(cloud, capability, asked):
    """True if the answer was refused. It is no blocker otherwise."""
    error = error_of(lambda: cloud.find_blocker(capability, asked))
    return error is not None


def error_of(call):
    """The refusal of an answer about another object.

    Without one, the call returns None, or the operation that an accepted request's reply names.
    """
    try:
        result = call()
    except ProviderError as error:
        if error.message != ANOTHER:
            raise
        return error
    assert result is None or isinstance(result, OperationId)
    return None


def fail(account, other):
    """Let the other object be one whose latest request has failed, as far as this can be set."""
    if account.slug == "openstack" and hasattr(account, "cloud"):
        [server] = [one for one in account.cloud.servers if one["id"] == other]
        server |= {"status": "ERROR", "fault": {"message": "No valid host was found."}}
    if account.slug == "docker" and hasattr(account, "cloud"):
        changing(account.cloud, f"/{other}/json", lambda body: body.update(State={"Error": "No."}))


def test_no_failure_is_another_objects(account):
    with two_objects(account) as (cloud, asked, name, other):
        fail(account, other)
        for capability in account.kind.acting_capabilities:
            with led_to(name, other):
                with contextlib.suppress(ProviderError):
                    assert cloud.find_failure(capability, asked) is None, capability


# For each kind that lists failures: a failed stop in its form, and the place of the machine's id.
FAILED_STOPS = {
    "digitalocean": ("/actions", {"type": "shutdown", "status": "errored"}, at("resource_id")),
    "linode": ("/events", {"action": "linode_shutdown", "status": "failed"}, at("entity", "id")),
    "google": (
        "/aggregated/operations",
        {
            "operationType": "stop",
            "status": "DONE",
            "error": {"errors": [{"code": "NO", "message": "No."}]},
        },
        at("targetId"),
    ),
}


@pytest.mark.parametrize("slug", FAILED_STOPS)
def test_a_list_of_failures_that_is_not_filtered_is_filtered_here(slug, request):
    account = BACKENDS[slug](request)
    path, row, set_id = FAILED_STOPS[slug]
    plain = account.cloud.answer
    account.cloud.answer = lambda asked: (
        as_json(body_with([row])) if asked.path.endswith(path) else plain(asked)
    )
    with account.connect() as cloud:
        asked = account.running(cloud).external_id
        assert cloud.find_failure(Capability.STOP, asked) is not None
        set_id(row, int(asked))
        assert cloud.find_failure(Capability.STOP, asked) is not None
        set_id(row, 999)
        assert cloud.find_failure(Capability.STOP, asked) is None


def body_with(rows):
    return {
        "kind": "compute#operationAggregatedList",
        "actions": rows,
        "data": rows,
        "items": {"zones/x": {"operations": rows}},
    }


def actions_of(cloud, account, asked):
    """The actions on an object that look at it first, at one kind or another."""
    calls = {
        "TAG": lambda: cloud.do("virtual_machines", "tag", asked, *TAGS),
        "START": lambda: cloud.do("virtual_machines", "start", asked),
        "REBOOT": lambda: cloud.do("virtual_machines", "reboot", asked),
        "TERMINATE": lambda: cloud.do("virtual_machines", "terminate", asked),
        "REMOVE_CONTAINER": lambda: cloud.do("containers", "remove", asked),
    }
    return {name: call for name, call in calls.items() if known(account, name)}


def known(account, name):
    return Capability(name) in account.kind.capabilities


def test_no_action_is_decided_by_another_object(account):
    """An action that looks first sends nothing that changes the cloud."""
    with two_objects(account) as (cloud, asked, name, other):
        for capability, act in actions_of(cloud, account, asked).items():
            with requests_sent() as sent, led_to(name, other) as led:
                error = error_of(act)
            assert bool(led) == (error is not None), capability
            if not led:
                return  # it is sent to the id, without a look; the object is another from now on
            assert all(only_reads(one) for one in sent), capability


def test_a_kind_without_a_check_of_its_own_is_held_to_it_too():
    """A driver of libcloud, or an installed kind, may answer with anything."""
    other = MachineRecord(external_id="b", name="b", state=MachineState.RUNNING, raw_state="on")
    kind = get_kind("simulator")
    listing = {("virtual_machines", "list"): lambda _driver: []}
    table = Table(listing, Beside(find={"virtual_machines": lambda _driver, _id: other}))
    cloud = Cloud(
        replace(kind, table=table),
        None,
        line=Line(Budget(5)),
        order_settings={},
    )

    refused(cloud.find, "virtual_machines", "a")
    refused(cloud.find, "virtual_machines", "B")
    assert cloud.find("virtual_machines", "b") == other


def image(external_id):
    return ImageRecord(external_id=external_id, name="")


def chosen(*ids):
    return only_of([image(one) for one in ids], "a", lambda one: one.external_id)


def test_the_object_is_chosen_by_its_id():
    assert chosen("b", "a", "") == image("a")
    assert chosen("b", "") == image("")
    assert chosen() is None
    with pytest.raises(MalformedResponseError):
        only_of([None], "a", lambda one: one and one.external_id)


@pytest.mark.django_db(transaction=True)
def test_a_row_keeps_what_was_seen_of_it(request):
    """EC2 that ignores which instance it is asked about."""
    account = BACKENDS["aws"](request)
    xml = instances_xml([instance_xml(1), instance_xml(2, state="stopped")])
    one = instances_xml([instance_xml(1)])
    with account.answered_by(lambda asked: reply(one if "InstanceId.1" in asked else xml)):
        provider = provider_connect(
            owner=make_user(),
            kind="aws",
            name="careless",
            credentials={k: v for k, v in account.credentials.items() if v},
            regions=[account.region],
        )
        source = machine_source(provider)
        refresh([Ask(source, 0)])
        row = VirtualMachine.objects.get(external_id=f"i-{2:017x}")
        [answer] = finish_reads(start_reads([SingleRead(source, row.external_id, 0)])).values()

    row.refresh_from_db()
    assert (row.state, row.listed) == ("STOPPED", True)
    assert not answer.receipt.complete
    assert answer.receipt.error.message == ANOTHER
