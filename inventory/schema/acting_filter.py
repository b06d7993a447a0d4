"""The filter of an action: each part that it names must be a condition.

A script whose variable is empty sends null, an empty text or an empty list, or leaves the value
out. In a list of objects that means "any". In an action it would select unintended objects,
so it is refused.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graphene.utils.str_converters import to_camel_case

from gateway.core.errors import InvalidInput

EXCLUDING = "not"  # another filter, with some parts given
# A tag or a label that is only a word has an empty value, so an empty value is a condition.
MAY_BE_EMPTY = frozenset({"value"})


def check_acting_filter(limits: Mapping[str, Any], *, field: str = "filter") -> None:
    """Raises InvalidInput with the place of the first part of ``limits`` that is empty.

    A filter without any part is not checked here: see ``inventory.services.selection``.
    """
    for name, value in limits.items():
        place = f"{field}.{to_camel_case(name)}"
        if name == EXCLUDING and value is not None:
            if not value:
                raise _empty(place, "an empty filter")
            check_acting_filter(value, field=place)
        else:
            _check(value, place)


def _check(value: Any, field: str, *, may_be_empty: bool = False) -> None:
    if value is None:
        raise _empty(field, "null")
    if isinstance(value, str) and not value.strip() and not may_be_empty:
        raise _empty(field, "an empty text")
    if isinstance(value, Mapping):
        for name in _fields_of(value):
            place = f"{field}.{to_camel_case(name)}"
            _check(value.get(name), place, may_be_empty=name in MAY_BE_EMPTY)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if not value:
            raise _empty(field, "an empty list")
        for item in value:
            _check(item, field)


def _fields_of(value: Any) -> Sequence[str]:
    """All fields of an input object, those that are left out included."""
    return list(value._meta.fields)  # noqa: SLF001 - Graphene keeps the fields of a type there


def _empty(field: str, what: str) -> InvalidInput:
    message = (
        f"{field} is {what}. In the filter of an action every part must be a condition: leave the "
        "part out, or give it a value."
    )
    return InvalidInput(message, field=field)
