"""Names that people give to providers, machines, teams and tokens; names that a filter has."""

import unicodedata
from collections.abc import Collection, Iterable

from gateway.core.errors import InvalidInput


def clean_name(name: str, *, longest: int) -> str:
    """``name`` without the space around it. Raises InvalidInput.

    A line break or a control character would tear apart the lists and logs that show it.
    """
    name = name.strip()
    if not 1 <= len(name) <= longest:
        raise InvalidInput(f"A name has 1 to {longest} characters.", field="name")
    if any(unicodedata.category(character) == "Cc" for character in name):
        message = "A name has no line breaks and no control characters."
        raise InvalidInput(message, field="name")
    return name


def check_known(
    values: Iterable[str], known: Collection[str], *, noun: str, of: str = "", field: str
) -> None:
    """Raises InvalidInput, with all ``known`` names, for a value that is none of them.

    Otherwise a filter by a misspelled name would return an empty list without an error. ``noun``:
    the kind of object with these names. ``of``: their limit, as " of volumes".
    """
    for value in values:
        if value not in known:
            names = ", ".join(sorted(known)) or "none"
            message = f"There is no {noun} {value[:80]!r}{of}. There are: {names}."
            raise InvalidInput(message, field=field)
