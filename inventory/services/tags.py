"""Tags as people give them."""

from collections.abc import Iterable, Mapping, Sequence

from gateway.core.errors import InvalidInput

MOST_TAGS = 50  # EC2's limit for a resource
LONGEST_KEY = 127  # EC2's limits too, the tightest of the clouds that have tags
LONGEST_VALUE = 255


def clean_tags(pairs: Iterable[tuple[str, str]], *, field: str) -> dict[str, str]:
    """Tags by key. Raises InvalidInput for what no cloud takes, and for a key given twice."""
    tags: dict[str, str] = {}
    for key, value in pairs:
        if not 1 <= len(key) <= LONGEST_KEY:
            raise InvalidInput(f"A tag's key has 1 to {LONGEST_KEY} characters.", field=field)
        if len(value) > LONGEST_VALUE:
            raise InvalidInput(f"A tag's value has up to {LONGEST_VALUE} characters.", field=field)
        if key in tags:
            raise InvalidInput(f"The tag {key!r} is given twice.", field=field)
        tags[key] = value
    if len(tags) > MOST_TAGS:
        raise InvalidInput(f"At most {MOST_TAGS} tags can be set at once.", field=field)
    return tags


def check_tag_change(wanted: Mapping[str, str], unwanted: Sequence[str]) -> None:
    """Raises InvalidInput for a change that changes nothing, or says two things of one key."""
    if not wanted and not unwanted:
        raise InvalidInput("Name tags to set or keys to remove.", field="set")
    if both := wanted.keys() & set(unwanted):
        raise InvalidInput(f"{min(both)!r} is to be set and to be removed.", field="remove")
