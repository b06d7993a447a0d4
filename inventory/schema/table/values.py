"""The values of filters: which are refused because they would find nothing, or ask too much."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import graphene

from gateway.core.errors import InvalidInput
from inventory.live.api import LONGEST_ITEM
from inventory.providers.addresses import is_address

MOST_TAGS = 20
MOST_WORDS = 20
MOST_DOLLARS = 100_000_000  # what a column holds
MICRO_DOLLAR = Decimal("0.000001")
LONGEST_EXACT = LONGEST_ITEM - 1  # what is longer is cut when it is stored


class TagFilter(graphene.InputObjectType):
    """A condition on a tag or a label."""

    key = graphene.String(
        required=True, description=f"The tag's name, exactly; {LONGEST_EXACT} characters at most."
    )
    value = graphene.String(
        description=f"Its value, exactly, {LONGEST_EXACT} characters at most; absent: any value. "
        "The filter of an action needs a value."
    )


def tag_pairs(given: Sequence[Mapping[str, Any]], *, field: str) -> list[tuple[str, str | None]]:
    """Pairs of key and value, or of key and None. Raises InvalidInput for too many, or too long."""
    if len(given) > MOST_TAGS:
        word = field.rpartition(".")[2]
        raise InvalidInput(f"At most {MOST_TAGS} {word}, not {len(given)}.", field=field)
    pairs = [(tag["key"], tag.get("value")) for tag in given]
    longest = max((len(text) for pair in pairs for text in pair if text), default=0)
    if longest > LONGEST_EXACT:
        message = (
            f"A key or a value has {longest} characters; {LONGEST_EXACT} are compared exactly."
        )
        raise InvalidInput(message, field=field)
    return pairs


def tag_keys(given: Sequence[str], *, field: str) -> list[tuple[str, None]]:
    """Pairs of a key and None. Raises InvalidInput as ``tag_pairs``."""
    pairs = tag_pairs([{"key": key} for key in given], field=field)
    return [(key, None) for key, _value in pairs]


def checked_price(value: float, *, field: str) -> Decimal:
    """In US dollars, to the micro-dollar. Raises InvalidInput for an impossible price."""
    if not 0 <= value < MOST_DOLLARS:
        message = f"A price is between 0 and {MOST_DOLLARS} US dollars, not {value}."
        raise InvalidInput(message, field=field)
    return Decimal(str(value)).quantize(MICRO_DOLLAR)


def checked_addresses(values: Sequence[str], *, field: str) -> list[str]:
    """Raises InvalidInput for a text that is no address: it would find nothing, silently."""
    for value in values:
        if not is_address(value):
            message = (
                f"{value!r} is no address. Write a whole IPv4 or IPv6 address, as 10.0.0.5 or "
                "2001:db8::1. Networks are not supported; a part of an address is found by search."
            )
            raise InvalidInput(message, field=field)
    return list(values)


def checked_search(text: str, *, field: str) -> str:
    """Raises InvalidInput for more words than are looked for."""
    if len(text.split()) > MOST_WORDS:
        message = f"At most {MOST_WORDS} words, not {len(text.split())}."
        raise InvalidInput(message, field=field)
    return text
