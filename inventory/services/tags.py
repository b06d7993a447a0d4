"""Tags as people give them."""

from collections.abc import Iterable, Mapping, Sequence

from gateway.core.errors import InvalidInput
from inventory.operations.api import MARKER_TAG
from inventory.providers.tags import TagRules

MOST_TAGS = 50  # EC2's limit for a resource
MOST_TAGS_OF_NEW = MOST_TAGS - 2  # its name at EC2 is a tag, and so is its job's mark
LONGEST_KEY = 127  # EC2's limits too, the tightest of the clouds that have tags
LONGEST_VALUE = 255


def clean_tags(
    pairs: Iterable[tuple[str, str]], *, field: str, most: int = MOST_TAGS
) -> dict[str, str]:
    """Tags by key. Raises InvalidInput for what no cloud takes, for a key given twice, and for the
    gateway's own.
    """
    tags: dict[str, str] = {}
    for key, value in pairs:
        if not 1 <= len(key) <= LONGEST_KEY:
            raise InvalidInput(f"A tag's key has 1 to {LONGEST_KEY} characters.", field=field)
        if len(value) > LONGEST_VALUE:
            raise InvalidInput(f"A tag's value has up to {LONGEST_VALUE} characters.", field=field)
        if not (key + value).isprintable():
            raise InvalidInput("Tags have printable characters only.", field=field)
        if key.partition(":")[0].casefold() == MARKER_TAG:
            message = f"The tag {key!r} is the gateway's: it names the job that made an object."
            raise InvalidInput(message, field=field)
        if key in tags:
            raise InvalidInput(f"The tag {key!r} is given twice.", field=field)
        tags[key] = value
    if len(tags) > most:
        raise InvalidInput(f"At most {most} tags can be set at once.", field=field)
    return tags


def check_tag_change(
    wanted: Mapping[str, str], unwanted: Sequence[str], *, rules: TagRules
) -> None:
    """Raises InvalidInput for a change without tags, and for one that names a tag twice."""
    if not wanted and not unwanted:
        raise InvalidInput("Name tags to set or keys to remove.", field="set")
    check_names(wanted, rules=rules, field="set")
    removed = {rules.identity(name) for name in unwanted}
    for name in wanted:
        if rules.identity(name) in removed:
            raise InvalidInput(f"{name!r} is to be set and to be removed.", field="remove")


def check_names(names: Iterable[str], *, rules: TagRules, field: str) -> None:
    """Raises InvalidInput for a name that is the cloud's own, and for two names that are the same
    tag there.
    """
    known: dict[str, str] = {}
    for name in names:
        if rules.reserved and name.casefold().startswith(rules.reserved):
            message = f"{name!r} is the cloud's own: {rules.reserved} is reserved."
            raise InvalidInput(message, field=field)
        first = known.setdefault(rules.identity(name), name)
        if first != name:
            message = f"{first!r} and {name!r} are the same tag at this cloud."
            raise InvalidInput(message, field=field)
