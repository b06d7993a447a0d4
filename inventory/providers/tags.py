"""A cloud's rules of tags: which two of them are the same, and when a change of tags is done.

A change is compared as the cloud compares: a cloud that ignores case keeps ``Env`` where ``env``
was asked for, and the change is done all the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

Pair = tuple[str, str]
Tags = Sequence[Pair]


class TagChange(NamedTuple):
    """``wanted``: tags to set. ``unwanted``: names of tags to remove."""

    wanted: Mapping[str, str]
    unwanted: Sequence[str]


def exactly(text: str) -> str:
    return text


def ignoring_case(text: str) -> str:
    return text.casefold()


class TagRules:
    """Tags with a unique key and a value.

    ``key`` and ``value`` return the text that the cloud compares: two keys, or two values, are the
    same to the cloud if these texts are equal. ``reserved``: the beginning of keys that are the
    cloud's own, whose case is ignored; empty if there are none.
    """

    def __init__(
        self,
        *,
        key: Callable[[str], str] = exactly,
        value: Callable[[str], str] = exactly,
        reserved: str = "",
    ) -> None:
        self.key = key
        self.value = value
        self.reserved = reserved

    def identity(self, name: str) -> str:
        """Equal for two names, to set or to remove, that stand for the same tag."""
        return self.key(name)

    def plan(self, tags: Tags, wanted: Mapping[str, str], unwanted: Sequence[str]) -> TagChange:
        """The change of ``tags``. It means the same when half of it is done."""
        _ = tags
        return TagChange(dict(wanted), list(unwanted))

    def unset(self, tags: Tags, change: TagChange) -> list[Pair]:
        """The wanted tags that are missing in ``tags``."""
        has = {self.compared(pair) for pair in tags}
        return [pair for pair in change.wanted.items() if self.compared(pair) not in has]

    def unremoved(self, tags: Tags, change: TagChange) -> list[Pair]:
        """The unwanted tags that ``tags`` has."""
        names = {self.key(name) for name in change.unwanted}
        return [pair for pair in tags if self.key(pair[0]) in names]

    def is_done(self, tags: Tags, change: TagChange) -> bool:
        return not self.unset(tags, change) and not self.unremoved(tags, change)

    def changed(
        self, tags: Mapping[str, str], wanted: Mapping[str, str], unwanted: Sequence[str]
    ) -> dict[str, str]:
        """All tags after the change, for a cloud that takes the complete set. Each key once."""
        named = {self.key(name) for name in (*wanted, *unwanted)}
        others = {key: value for key, value in tags.items() if self.key(key) not in named}
        return others | dict(wanted)

    def compared(self, pair: Pair) -> Pair:
        """Equal for two tags that are the same to the cloud."""
        return self.key(pair[0]), self.value(pair[1])


EXACT_TAGS = TagRules()


def as_mapping(tags: Iterable[Pair]) -> dict[str, str | list[str]]:
    """Tags by key: the value, or the list of values of a key that has several."""
    values: dict[str, list[str]] = {}
    for key, value in tags:
        values.setdefault(key, []).append(value)
    return {key: found[0] if len(found) == 1 else found for key, found in values.items()}


def described(tags: Iterable[Pair]) -> str:
    """Tags for a message."""
    return ", ".join(f"{key} = {value!r}" if value else repr(key) for key, value in tags)
