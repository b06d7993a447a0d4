"""A job of each existing operation, on clouds that count the actions that they did."""

import itertools
from collections import Counter, defaultdict

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import Container, VirtualMachine
from inventory.operations.actions import ACTIONS, CREATIONS, EDITS
from inventory.providers.simulator.stock import public_key
from inventory.resources.bucket import Bucket
from inventory.services.actions import action_submit
from inventory.services.buckets import bucket_arguments, bucket_create, bucket_delete
from inventory.services.container_orders import DeployRequest
from inventory.services.containers import container_deploy
from inventory.services.creations import creation_submit
from inventory.services.edits import edit_submit
from inventory.services.machines import machine_provision, machine_resize, machine_tag
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect
from jobs.api import operation_names
from tests.clouds.engine import ENGINES, connect_engine
from tests.inventory.actions import (
    container_change,
    container_restart,
    machine_change,
    machine_reboot,
)
from tests.inventory.factories import machine_source, make_simulator, make_user
from tests.inventory.operations.running import effects_of

_numbers = itertools.count(1)
READY = {"start": "STOPPED", "resume": "SUSPENDED", "resize": "STOPPED"}
CONTAINER_READY = {"start": "exited"}
DECLARED = {action.operation: action for action in (*ACTIONS, *EDITS)}
EDITED = {edit.operation: edit for edit in EDITS}
CREATED = {creation.operation: creation for creation in CREATIONS}
TYPES = {one.operation.partition(".")[0]: one.target_type for one in EDITS + CREATIONS}
STATES = {
    "volume.attach": {"state": "AVAILABLE"},
    "volume.delete": {"state": "AVAILABLE"},
    "volume.detach": {"state": "IN_USE"},
    "image.delete": {"own": True},
    "security_group.delete": {"name": "forgotten"},  # no machine has it
}
EVERY_OPERATION = sorted(name for name in operation_names() if not name.startswith("functional."))
# The operations on machines and containers: tests replace their reads and acts by name. The
# operations on storage have tests of their own in tests/inventory/schema and
# tests/inventory/providers.
OPERATIONS = [one for one in EVERY_OPERATION if one.startswith(("virtual_machine.", "container."))]


class Machines:
    """A simulated account."""

    count = 60

    def __init__(self, directory, owner=None):
        self.directory = directory
        self.provider = make_simulator(owner, machines=self.count)
        refresh([Ask(machine_source(self.provider), 0)])
        self._used = []

    def submit(self, name, user):
        if name == "provision":
            request = ProvisionRequest(name="web", size="sim.nano", image="img-debian-12")
            return machine_provision(provider=self.provider, request=request, requested_by=user)
        given = {"machine": self._machine(READY.get(name, "RUNNING")), "requested_by": user}
        if name == "reboot":
            return machine_reboot(**given)
        if name == "resize":
            old = given["machine"].size_id
            return machine_resize(size="sim.large" if old != "sim.large" else "sim.small", **given)
        if name == "tag":
            return machine_tag(wanted={"checked": "yes"}, unwanted=[], **given)
        assert f"virtual_machine.{name}" in DECLARED, f"No test submits virtual_machine.{name}."
        return machine_change(name=name, **given)

    @property
    def effects(self):
        return effects_of(self.directory, self.provider)

    def _machine(self, state):
        rows = VirtualMachine.objects.select_related("source__provider", "provider")
        found = rows.filter(provider=self.provider, state=state).exclude(pk__in=self._used)
        machine = found.order_by("pk").first()
        self._used.append(machine.pk)
        return machine


class Buckets(Machines):
    """The object storage of a simulated account."""

    def __init__(self, directory, owner=None):
        super().__init__(directory, owner)
        refresh([Ask(self.provider.sources.select_related("provider").get(resource="buckets"), 0)])

    def submit(self, name, user):
        if name == "create":
            given = {"name": f"made-{next(_numbers)}", "region": None}
            arguments = bucket_arguments(self.provider, public=False, versioning=False, **given)
            return bucket_create(provider=self.provider, arguments=arguments, requested_by=user)
        assert name == "delete", f"No test submits bucket.{name}."
        rows = Bucket.objects.select_related("source__provider", "provider")
        bucket = rows.filter(provider=self.provider).exclude(pk__in=self._used).first()
        self._used.append(bucket.pk)
        return bucket_delete(bucket=bucket, force=True, requested_by=user)


class Objects(Machines):
    """The volumes, snapshots, key pairs and security groups of a simulated account."""

    count = 24

    def __init__(self, kind, directory, owner=None):
        super().__init__(directory, owner)
        self.kind = kind
        sources = self.provider.sources.select_related("provider")
        refresh([Ask(source, 0) for source in sources])

    def submit(self, name, user):
        operation = f"{self.kind}.{name}"
        if operation in CREATED:
            creation = CREATED[operation]
            given = {"name": f"made-{next(_numbers)}", **self._given(operation)}
            return creation_submit(
                creation=creation, provider=self.provider, given=given, requested_by=user
            )
        assert operation in DECLARED, f"No test submits {operation}."
        row = self._row(self.kind, **STATES.get(operation, {}))
        if operation in EDITED:
            given = self._given(operation, row)
            return edit_submit(edit=EDITED[operation], row=row, given=given, requested_by=user)
        return action_submit(action=DECLARED[operation], row=row, requested_by=user)

    def _given(self, operation, row=None):
        """The request's values besides the name."""
        given = {
            "volume.create": lambda: {"size": 1},
            "volume.attach": lambda: {"machine": self._machine_beside(row)},
            "volume.resize": lambda: {"size": row.size + 1},
            "snapshot.create": lambda: {"volume": self._row("volume")},
            "image.create": lambda: {"machine": self._machine("RUNNING")},
            "key_pair.import": lambda: {"public_key": public_key(str(next(_numbers)))},
            "security_group.add_rule": lambda: {
                "from_port": next(_numbers),
                "cidr": "192.0.2.0/24",
            },
            "security_group.remove_rule": lambda: {
                "direction": "EGRESS",
                "protocol": "all",
                "cidr": "0.0.0.0/0",
            },
        }
        return given[operation]() if operation in given else {}

    def _machine_beside(self, volume):
        machines = VirtualMachine.objects.filter(provider=self.provider, state="RUNNING")
        return machines.filter(location_id=volume.location_id).first()

    def _row(self, kind, **state):
        rows = TYPES[kind].declared.model.objects.select_related("source__provider", "provider")
        found = rows.filter(provider=self.provider, **state).exclude(pk__in=self._used)
        row = found.order_by("pk").first()
        self._used.append(row.pk)
        return row


class Containers:
    """An engine in memory; its fixture ``engines`` has to be in use."""

    def __init__(self, owner=None):
        self.provider = connect_engine(owner)
        self.engine = ENGINES["engine", "here"]

    def submit(self, name, user):
        if name == "deploy":
            request = DeployRequest(name=f"web-{len(self.engine.orders)}", image="nginx:1.27")
            return container_deploy(provider=self.provider, request=request, requested_by=user)
        container = self._container(CONTAINER_READY.get(name, "running"))
        if name == "restart":
            return container_restart(container=container, requested_by=user)
        assert f"container.{name}" in DECLARED, f"No test submits container.{name}."
        return container_change(name=name, container=container, requested_by=user)

    @property
    def effects(self):
        return list(self.engine.effects)

    def _container(self, word):
        record = self.engine.add("web", word)
        sources = self.provider.sources.select_related("provider")
        refresh([Ask(source, 0) for source in sources])
        rows = Container.objects.select_related("source__provider", "provider")
        return rows.get(provider=self.provider, external_id=record.external_id)


def covering(pairs):
    """Choose pairs so that each member is in one.

    Each first member gets its pairs with the second members that have none yet. If all have one, it
    gets a single pair, with the second member that is in the fewest.
    """
    seconds = defaultdict(list)
    for first, second in pairs:
        seconds[first].append(second)
    met, chosen = Counter(), []
    for first, found in seconds.items():
        rarest = min(found, key=lambda second: met[second])
        picked = [second for second in found if not met[second]] or [rarest]
        met.update(picked)
        chosen += [(first, second) for second in picked]
    return chosen


def cloud_of(operation, directory, owner=None):
    """A cloud that ``operation`` acts on."""
    if operation.startswith("container."):
        return Containers(owner)
    kind = operation.partition(".")[0]
    if kind == "bucket":
        return Buckets(directory, owner)
    if kind in TYPES:
        return Objects(kind, directory, owner)
    return Machines(directory, owner)


def submit(cloud, operation, user=None):
    """A job of ``operation`` on something that no other job was about."""
    return cloud.submit(operation.partition(".")[2], user)


def connect_recorded(account, owner=None):
    """A provider of the recorded ``account``, whose machines or containers are listed."""
    provider = provider_connect(
        owner=owner or make_user(),
        kind=account.slug,
        name="recorded",
        credentials=account.given,
        regions=[account.region],
    )
    list_again(provider)
    return provider


def list_again(provider):
    """List all that it has. A list that fails fails the test, with the reason."""
    receipts = refresh([Ask(one, 0) for one in provider.sources.select_related("provider")])
    failures = [one.error for one in receipts.values() if one.error is not None]
    assert not failures, failures


def running_at(account, owner=None):
    """A running object of the recorded ``account``: a machine or a container."""
    provider = connect_recorded(account, owner)
    model = VirtualMachine if provider.kind.lists_machines else Container
    rows = model.objects.select_related("source__provider", "provider")
    # A removal of some containers is refused for what they belong to.
    return rows.filter(provider=provider, state="RUNNING").order_by("-name")[0]
