"""The names of the images and sizes of machines that have the ids alone, from the driver's lists.

For clouds without a list of some images or sizes by id: the whole lists are read. The names of
sizes, and of the images that the cloud itself publishes, are remembered. The name of an image of
the account can be changed, so it is read each time.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from inventory.providers.kind import Values
from inventory.providers.names import (
    NameCache,
    Names,
    read_names,
    with_image_names,
    with_size_names,
)
from inventory.types import MachineRecord

NAMES = NameCache()


class LabelledLists:
    """A mixin for a driver with ``TokenDriver``.

    ``published``: how the id of an image begins that the cloud itself publishes.
    """

    published: str

    def __init__(self, credentials: Values, region: str, timeout: float) -> None:
        super().__init__(credentials, region, timeout)  # type: ignore[call-arg]
        # The key of the cached names. The token itself would stay in memory for an hour.
        self.account = hashlib.sha256(credentials["token"].encode()).hexdigest()

    def list_nodes(self) -> list[MachineRecord]:
        return self.labelled(super().list_nodes())  # type: ignore[misc]

    def find_node(self, external_id: str) -> MachineRecord | None:
        one: MachineRecord | None = super().find_node(external_id)  # type: ignore[misc]
        return None if one is None else self.labelled([one])[0]

    def labelled(self, machines: Sequence[MachineRecord]) -> list[MachineRecord]:
        """The machines with the names of their images and sizes."""
        driver: Any = self
        images = {one.image_id for one in machines if one.image_id}
        is_fixed = all(one.startswith(self.published) for one in images)
        of_images = self._names(images, driver.list_images, "images", is_fixed=is_fixed)
        sizes = {one.size_id for one in machines if one.size_id}
        of_sizes = self._names(sizes, driver.list_sizes, "types", is_fixed=True)
        return with_image_names(with_size_names(machines, of_sizes), of_images)

    def _names(self, ids: set[str], listed: Any, noun: str, *, is_fixed: bool) -> Names:
        def names(_ids: Any = None) -> Iterator[tuple[str, str]]:
            return ((one.external_id, one.name) for one in listed() if one.external_id)

        if is_fixed:
            return NAMES.names((type(self), self.account, noun), ids, names, noun)
        return read_names(names, noun)
