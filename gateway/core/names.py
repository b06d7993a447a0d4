"""Names that people give: to providers, machines, teams, tokens."""

import unicodedata

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
