"""One odd object of a driver's list is one odd row, and each object looks at the clock.

libcloud's lists make an object of each entry of a reply by a method of the driver, ``_to_node`` for
example, and lose the whole list if it raises. Inside of ``reading_each`` a guard stands before
these methods: an entry that cannot be read becomes an object with its id alone, and the problem.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from libcloud.compute.base import (
    KeyPair,
    Node,
    NodeImage,
    NodeLocation,
    NodeSize,
    StorageVolume,
    VolumeSnapshot,
)

from gateway.core.http.budget import budget_in_use
from inventory.providers.libcloud.entries import FORM_ERRORS, Identifiers, Identify, fields_of
from inventory.providers.reading import log_odd, unexpected_form
from inventory.providers.reply_limits import count_object

# The hooks of all drivers, and the class of what each returns.
HOOKS = {
    "_to_node": Node,
    "_to_size": NodeSize,
    "_to_node_size": NodeSize,
    "_to_image": NodeImage,
    "_to_node_image": NodeImage,
    "_construct_node_image": NodeImage,
    "_construct_node_location": NodeLocation,
    "_to_location": NodeLocation,
    "_to_loc": NodeLocation,
    "_to_volume": StorageVolume,
    "_to_snapshot": VolumeSnapshot,
    "_to_volume_snapshot": VolumeSnapshot,
    "_to_key_pair": KeyPair,
    "_to_key": KeyPair,
}


class _Guards:
    """The guarded hooks of one driver."""

    def __init__(self, driver: Any, identify: Identify) -> None:
        self._driver, self._id_of = driver, identify
        self._is_inside = False
        self._ids: dict[type, Identifiers] = {}

    def guarded(self, plain: Callable[..., Any], made: type) -> Callable[..., Any]:
        """A hook may call another: the outer one is about the object of the list."""

        @wraps(plain)
        def guard(*args: Any, **options: Any) -> Any:
            if self._is_inside:
                return plain(*args, **options)
            budget_in_use().check()
            count_object()
            self._is_inside = True
            entry = args[0] if args else next(iter(options.values()), None)
            try:
                return self._read(lambda: plain(*args, **options), entry, made)
            finally:
                self._is_inside = False

        return guard

    def _read(self, read: Callable[[], Any], entry: Any, made: type) -> Any:
        ids = self._ids.setdefault(made, Identifiers())
        try:
            found = _named(read(), made)
        except FORM_ERRORS as error:
            log_odd(error)
            words = {value for _name, value in fields_of(entry)}
            return ids.odd(made, self._driver, entry, unexpected_form(error, words))
        if found is not None:
            ids.learn(entry, {self._id_of(found)})
        return found

    def identify(self) -> None:
        for ids in self._ids.values():
            ids.identify()


def _named(found: Any, made: type) -> Any:
    """An object whose name is a text: some drivers sort by it. Raises TypeError for another.

    The name of a key pair may be a number.
    """
    if made is KeyPair:
        return found
    if found is not None and found.name is None:
        found.name = ""
    if found is not None and not isinstance(found.name, str):
        raise TypeError
    return found


@contextmanager
def reading_each(driver: Any, identify: Identify) -> Iterator[None]:
    """Inside of the block, the hooks of this driver are guarded. ``identify``: as in ``listed``."""
    guards = _Guards(driver, identify)
    names = [name for name in HOOKS if hasattr(driver, name)]
    for name in names:
        setattr(driver, name, guards.guarded(getattr(driver, name), HOOKS[name]))
    try:
        yield
        guards.identify()
    finally:
        for name in names:
            delattr(driver, name)
