"""Shared by the drivers of token kinds, beside their lists.

The hooks are called by the functions of ``methods``. Each driver overrides those in which its cloud
differs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from libcloud.compute.base import NodeImage, NodeLocation, NodeSize

from inventory.providers.capability import Capability
from inventory.providers.flat_tags import EXACT_WORDS
from inventory.providers.libcloud.whole_lists import WholeLists
from inventory.providers.reading import Reading
from inventory.providers.rest import asked_by_id, found, found_by_id, segment
from inventory.records.image import ImageRecord
from inventory.types import MachineRecord, NewMachine, Verdict


class TokenDriver(WholeLists):
    """A mixin for a driver of libcloud.

    ``images``: path and name of their list; ``image_choices``: the parameters that choose those
    worth offering. ``tag_rules``: of the kind. ``may_be_blocked``: the actions that ``blocker`` is
    asked for. ``actions``: the list of reports below a machine, and the field that has one of them.
    """

    images: tuple[str, str]
    image_choices: tuple[Mapping[str, str], ...] = ({},)
    tag_rules = EXACT_WORDS
    may_be_blocked: frozenset[Capability] = frozenset()
    actions: tuple[str, str] = ("actions", "action")

    def offered_images(self) -> list[ImageRecord]:
        """The images that are worth offering without a search."""
        every = (one for choice in self.image_choices for one in self.pages(*self.images, choice))
        return [self._to_image(one) for one in every if self.is_current(Reading(one))]

    def is_current(self, _image: Reading) -> bool:
        """True if an image of the list is worth offering."""
        return True

    def create_ordered(self, order: NewMachine) -> MachineRecord:
        """Create the machine by libcloud's ``create_node``."""
        made: MachineRecord = self.create_node(  # type: ignore[attr-defined]
            order.name,
            size_named(self, order.size_id),
            image_named(self, order.image_id),
            location_named(self, order.location_id),
            **self.order_details(order),
        )
        return made

    def order_details(self, _order: NewMachine) -> dict[str, Any]:
        """Further arguments of ``create_node``."""
        return {}

    def described(self, external_id: str) -> dict[str, Any]:
        """The machine, as the cloud describes it. Raises ProviderError NOT_FOUND."""
        return asked_by_id(self.connection, self.machines, external_id, self.machine)

    def change_tags(self, external_id: str, before: Sequence[str], after: Sequence[str]) -> None:
        """Give a machine the words ``after``. ``before``: those that it has."""
        for word in after:
            if word not in before:
                self.add_tag(external_id, word)
        for word in before:
            if word not in after:
                self.remove_tag(external_id, word)

    def add_tag(self, external_id: str, word: str) -> None:
        raise NotImplementedError

    def remove_tag(self, external_id: str, word: str) -> None:
        raise NotImplementedError

    def find_blocker(self, capability: Capability, external_id: str) -> Verdict | None:
        """Why the cloud would refuse an action now, by a read of the machine."""
        if capability not in self.may_be_blocked:
            return None
        machine = found_by_id(self.connection, self.machines, external_id, self.machine)
        return self.blocker(Reading(machine))

    def blocker(self, _machine: Reading) -> Verdict | None:
        """The verdict by the cloud's description of the machine."""
        return None

    def reports(self, external_id: str) -> Any:
        """The reports on requests for the machine: see ``Reports``."""
        name, _ = self.actions
        return (found(self.connection, self._actions_of(external_id)) or {}).get(name)

    def report(self, external_id: str, operation: str) -> dict[str, Any]:
        """The one of an operation. Raises ProviderError NOT_FOUND."""
        _, one = self.actions
        return asked_by_id(self.connection, self._actions_of(external_id), operation, one)

    def _actions_of(self, external_id: str) -> str:
        return f"{self.machines}/{segment(external_id)}/{self.actions[0]}"

    def _to_image(self, data: Any) -> ImageRecord:
        raise NotImplementedError


def size_named(driver: Any, size_id: str) -> NodeSize:
    """A size, as ``image_named`` and ``location_named``: of an order only the id matters."""
    return NodeSize(size_id, size_id, 0, 0, None, 0.0, driver)


def image_named(driver: Any, image_id: str) -> NodeImage:
    return NodeImage(image_id, image_id, driver)


def location_named(driver: Any, location_id: str | None) -> NodeLocation:
    """A location whose id is None stands for the cloud's own choice."""
    location = NodeLocation(location_id or "", "", "", driver)
    location.id = location_id
    return location
