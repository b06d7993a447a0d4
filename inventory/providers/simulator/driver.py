"""The simulator as a libcloud driver: what it lists, and what it lets be done."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from libcloud.common.types import LibcloudError
from libcloud.compute.base import Node, NodeDriver, NodeImage, NodeLocation, NodeSize
from libcloud.compute.types import NodeState

from gateway.core.http.budget import Budget
from inventory.providers.capability import Capability
from inventory.providers.kind import Values
from inventory.providers.simulator import images, store, world
from inventory.providers.simulator.directory import simulator_directory
from inventory.providers.simulator.faults import Faults, server_error
from inventory.providers.simulator.power import AWAKE, POWER
from inventory.providers.table import beside, does, reads
from inventory.types import MachineRecord, MachineState, NewMachine

State = MachineState
LISTED_AFTER_TERMINATION = 600.0  # seconds; EC2 lists them for about an hour

Amend = Callable[[store.Amendment], None]


class SimulatorDriver(NodeDriver):
    """One region. ``extra["record"]`` of a node is our record of it."""

    name = "Simulator"
    type = "simulator"

    def __init__(self, settings: Values, region: str, timeout: float) -> None:
        self.place = world.Place(str(settings["seed"]), region)
        self.count = settings["machines"]
        self.boot_seconds = settings["boot_ms"] / 1000
        self.store = store.Store(simulator_directory(), self.place.seed)
        # Accounts of an earlier release have neither setting.
        self.regions = _regions_of(settings) if settings.get("region_names") else [region]
        self.regions_fail = settings.get("regions_fail", False)
        self.faults = Faults.of(settings)
        self.budget = Budget(timeout)

    def list_nodes(self) -> list[Node]:
        return [self._node(record) for record in self.list_records()]

    @reads("virtual_machines")
    def list_records(self) -> list[MachineRecord]:
        """All machines."""
        self.call_list()
        return list(self.machines().values())

    @beside("find", "virtual_machines")
    def find_record(self, external_id: str) -> MachineRecord | None:
        self.call()
        return self.machines().get(external_id)

    def start_node(self, node: Node) -> bool:
        return self._change_power(node.id, "start")

    def stop_node(self, node: Node) -> bool:
        return self._change_power(node.id, "stop")

    def reboot_node(self, node: Node) -> bool:
        return self._change_power(node.id, "reboot")

    @does("virtual_machines", "suspend")
    def suspend_machine(self, external_id: str) -> bool:
        return self._change_power(external_id, "suspend")

    @does("virtual_machines", "resume")
    def resume_machine(self, external_id: str) -> bool:
        return self._change_power(external_id, "resume")

    def destroy_node(self, node: Node) -> bool:
        return self._change_power(node.id, "terminate")

    @does("virtual_machines", "resize")
    def resize_machine(self, external_id: str, size_id: str) -> None:
        """Resize as EC2 does: only a stopped machine."""
        with self._amending(external_id, "resize") as (machine, amend):
            self._refuse_resize(machine, size_id)
            amend(store.Amendment(size=size_id, tags=None))

    @does("virtual_machines", "tag")
    def tag_machine(
        self, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
    ) -> None:
        with self._amending(external_id, "tag") as (machine, amend):
            tags = {key: value for key, value in machine.tags if key not in unwanted}
            amend(store.Amendment(size=None, tags=tuple(sorted((tags | dict(wanted)).items()))))

    def check(
        self,
        capability: Capability,
        external_id: str | None,
        *,
        order: NewMachine | None = None,
        size: str = "",
        **_: Any,
    ) -> None:
        """A dry run of an action on a machine. Raises the error that the action would raise now."""
        if order is not None:
            self._checked(order)
        else:
            self._refuse(capability, self._present(str(external_id)), size)

    @beside("missing_permissions")
    def lacking_permissions(
        self, needs: Mapping[Capability, Sequence[str]], _machine: Any
    ) -> dict[Capability, list[str]]:
        """Nobody is refused here."""
        self.call()
        return {capability: [] for capability in needs}

    def create_node(self, name: str, size: NodeSize, image: NodeImage, **options: Any) -> Node:
        location: NodeLocation | None = options.get("location")
        order = NewMachine(
            name=name,
            size_id=size.id,
            image_id=image.id,
            location_id=location.id if location else None,
            client_token=options.get("ex_clienttoken") or f"{time.time_ns()}",
            tags=tuple((options.get("ex_metadata") or {}).items()),
        )
        return self._node(self.create_record(order))

    @does("virtual_machines", "provision")
    def create_record(self, order: NewMachine) -> MachineRecord:
        """The same client token is answered with the same machine."""
        self.call()
        facts = self._checked(order)
        with self.store.writing() as connection:
            region, token = self.place.region, order.client_token
            made = store.find_made(connection, region=region, token=token)
            if made is None:
                self._refuse_excess(connection)
                machine_id = self.place.machine_id(f"made/{token}")
                made = store.MadeMachine(machine_id, facts, time.time())
                store.note_made(connection, region=region, token=token, machine=made)
                change = self._settling(State.PENDING, State.RUNNING)
                store.note_power(connection, region=region, machine=machine_id, change=change)
                store.note_effect(
                    connection, region=region, machine=machine_id, action="create", token=token
                )
        machine = self.machines().get(made.external_id)
        if machine is None:
            raise self.refusal("IncorrectState", f"the machine of token {token!r} is gone.")
        return machine

    def list_sizes(self, location: NodeLocation | None = None) -> list[NodeSize]:  # noqa: ARG002 - libcloud's signature
        self.call()
        return [
            NodeSize(
                size.external_id,
                size.name,
                size.memory,
                size.disk,
                None,
                size.price_per_hour,
                self,
                extra={"vcpus": size.vcpus, "architecture": size.architecture},
            )
            for size in world.SIZES.values()
        ]

    def list_images(self, location: NodeLocation | None = None) -> list[NodeImage]:  # noqa: ARG002 - libcloud's signature
        return [NodeImage(one.external_id, one.name, self) for one in images.list_images(self)]

    def list_locations(self) -> list[NodeLocation]:
        self.call()
        return [NodeLocation(zone.external_id, zone.name, "", self) for zone in self.place.zones]

    @reads("regions")
    def list_regions(self) -> list[str]:
        """The regions of the account, this one or not."""
        self.call()
        if self.regions_fail:
            raise server_error()
        return self.regions

    def call_list(self) -> None:
        """A list of pages: with ``partial``, the first one arrives and the next never does."""
        self.call()
        if self.faults.partial:
            self.call()
            raise server_error()

    def call(self) -> None:
        self.faults.apply(budget=self.budget, store=self.store, region=self.place.region)

    def machines(self) -> dict[str, MachineRecord]:
        now = time.time()
        machines = dict(world.untouched_machines(self.place, self.count))
        ordered = self.store.made(self.place.region)
        own_images = images.names_of_made(self) if ordered else {}
        for made in ordered:
            machines[made.external_id] = self._made_record(made, own_images)
        for external_id, amendment in self.store.amendments(self.place.region).items():
            if external_id in machines:
                machines[external_id] = _amended(machines[external_id], amendment)
        for external_id, change in self.store.power_changes(self.place.region).items():
            if external_id not in machines:
                continue  # generated, and hidden since ``machines`` was lowered
            if _is_gone(change, now):
                del machines[external_id]
            else:
                machines[external_id] = self._in_state(machines[external_id], change.state_at(now))
        return machines

    def _in_state(self, machine: MachineRecord, state: State) -> MachineRecord:
        """``machine`` in another state; only what runs, or starts, has a public address."""
        public, _private = self.place.addresses_of(machine.external_id)
        return replace(
            machine,
            state=state,
            raw_state=state.value.lower(),
            public_ips=(public,) if state in AWAKE else (),
        )

    def _made_record(self, made: store.MadeMachine, own_images: Mapping[str, str]) -> MachineRecord:
        facts: dict[str, Any] = made.facts
        public, private = self.place.addresses_of(made.external_id)
        record = MachineRecord(
            external_id=made.external_id,
            name=facts["name"],
            state=State.PENDING,
            raw_state="pending",
            public_ips=(public,),
            private_ips=(private,),
            key_pair_id=facts.get("key_pair"),  # a machine of an earlier release has neither
            security_group_ids=tuple(facts.get("groups", ())),
            tags=tuple((key, value) for key, value in facts["tags"]),
            created_at=datetime.fromtimestamp(made.at, UTC),
        )
        zone = next(zone for zone in self.place.zones if zone.external_id == facts["zone"])
        image = facts["image"]
        name = world.IMAGES[image].name if image in world.IMAGES else own_images.get(image, image)
        return world.described(record, size=facts["size"], image=image, image_name=name, zone=zone)

    def _checked(self, order: NewMachine) -> dict[str, Any]:
        """The order's facts. Raises as EC2 would for what is not offered."""
        zones = [zone.external_id for zone in self.place.zones]
        zone = order.location_id or zones[0]
        for word, value, offered in (
            ("InvalidInstanceType", order.size_id, world.SIZES),
            ("InvalidImageID", order.image_id, images.offered_images(self)),
            ("InvalidZone", zone, zones),
        ):
            if value not in offered:
                raise self.refusal(f"{word}.NotFound", f"there is no {value!r}.")
        return {
            "name": order.name,
            "size": order.size_id,
            "image": order.image_id,
            "zone": zone,
            "key_pair": order.key_pair,
            "groups": sorted(order.security_groups),
            "tags": sorted(order.tags),
        }

    def _change_power(self, external_id: str, action: str) -> bool:
        self.call()
        change = POWER[action]
        with self.store.writing() as connection:
            machine = self._present(external_id)
            if change.is_done(self._heading_of(machine)):
                return True
            self._refuse_power(machine, action)
            settling = self._settling(change.passing, change.goal)
            where = {"region": self.place.region, "machine": external_id}
            store.note_power(connection, **where, change=settling)
            store.note_effect(connection, **where, action=action)
        return True

    @contextmanager
    def _amending(self, external_id: str, action: str) -> Iterator[tuple[MachineRecord, Amend]]:
        """The machine as it is, and the way to note what it is from now on."""
        self.call()
        where = {"region": self.place.region, "machine": external_id}
        with self.store.writing() as connection:

            def amend(amendment: store.Amendment) -> None:
                store.note_amendment(connection, **where, amendment=amendment)
                store.note_effect(connection, **where, action=action)

            yield self._present(external_id), amend

    def _present(self, external_id: str) -> MachineRecord:
        machine = self.machines().get(external_id)
        if machine is None:
            raise self.refusal("InvalidInstanceID.NotFound", f"there is no {external_id!r}.")
        return machine

    def _refuse(self, capability: Capability, machine: MachineRecord, size_id: str) -> None:
        """Raises what the action would raise. A machine of any state takes tags."""
        action = capability.value.lower()
        if capability is Capability.RESIZE:
            self._refuse_resize(machine, size_id)
        elif action in POWER and not POWER[action].is_done(self._heading_of(machine)):
            self._refuse_power(machine, action)

    def _refuse_resize(self, machine: MachineRecord, size_id: str) -> None:
        if size_id not in world.SIZES:
            raise self.refusal("InvalidInstanceType.NotFound", f"there is no {size_id!r}.")
        if machine.state is not State.STOPPED:
            message = f"cannot resize what is {machine.raw_state}."
            raise self.refusal("IncorrectInstanceState", message)

    def _refuse_excess(self, connection: Connection) -> None:
        """Refuse an order above the quota, as EC2 does."""
        if store.count_made(connection, region=self.place.region) >= store.MOST_MADE:
            message = f"a region has at most {store.MOST_MADE} ordered machines."
            raise self.refusal("InstanceLimitExceeded", message)

    def _refuse_power(self, machine: MachineRecord, action: str) -> None:
        if machine.state not in POWER[action].allowed:
            message = f"cannot {action} what is {machine.raw_state}."
            raise self.refusal("IncorrectInstanceState", message)

    def refusal(self, word: str, message: str) -> LibcloudError:
        """A refusal in EC2's form, so that one table of words serves both."""
        return LibcloudError(f"{word}: {message}", driver=self)

    def _heading_of(self, machine: MachineRecord) -> State:
        """The state it is in, or will be by itself: stopping and terminating look alike."""
        change = self.store.power_changes(self.place.region).get(machine.external_id)
        return change.after if change else machine.state

    def _settling(self, passing: State, goal: State) -> store.PowerChange:
        return store.PowerChange(passing, goal, time.time() + self.boot_seconds)

    def _node(self, record: MachineRecord) -> Node:
        return Node(
            record.external_id,
            record.name,
            getattr(NodeState, record.state.value, NodeState.UNKNOWN),
            list(record.public_ips),
            list(record.private_ips),
            self,
            created_at=record.created_at,
            extra={"record": record, "status": record.raw_state},
        )


def simulated_machines(settings: Values) -> tuple[int, int]:
    """The number of machines in each region, and the number of regions of the account."""
    return settings["machines"], len(_regions_of(settings))


def _regions_of(settings: Values) -> list[str]:
    names = (settings.get("region_names") or "").split(",")
    return [name.strip() for name in names if name.strip()]


def _amended(machine: MachineRecord, amendment: store.Amendment) -> MachineRecord:
    if amendment.tags is not None:
        machine = replace(machine, tags=amendment.tags)
    return machine if amendment.size is None else world.resized(machine, amendment.size)


def _is_gone(change: store.PowerChange, now: float) -> bool:
    terminated = change.after is State.TERMINATED
    return terminated and now >= change.settles_at + LISTED_AFTER_TERMINATION
