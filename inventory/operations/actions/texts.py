"""Texts as people give them, checked by one rule before there is a job.

A text has no control characters or line breaks, and is not longer than its declaration says. A kind
of cloud knows more of some: ``ProviderKind.text_rules``.
"""

from collections.abc import Mapping
from typing import Any

from gateway.core.errors import InvalidInput, NotSupported
from gateway.core.ids import split_id
from inventory.operations.actions.creation import Creation
from inventory.operations.actions.edit import Edit
from inventory.providers.kind import NameRule, ProviderKind

TEXT = "String"


def clean_texts(
    kind: ProviderKind, action: Creation | Edit, given: Mapping[str, Any]
) -> dict[str, Any]:
    """``given`` with its texts without blanks around them; None for a text of blanks alone.

    Raises InvalidInput for a text that ``kind`` does not take, and NotSupported for an argument
    that it does not have. The global id of an object in place of the cloud's own id is left to the
    action.
    """
    refuse_not_taken(kind, action, given)
    found = dict(given)
    for name, taken in action.takes.items():
        if taken.type != TEXT or taken.is_object or not taken.longest or given.get(name) is None:
            continue
        field = _input_field(name)
        found[name] = text = given[name].strip() or None
        if text is not None:
            _check_form(text, taken.longest, field)
            rule = kind.text_rules.get(f"{action.target_type.resource}.{name}")
            if rule is not None and not _is_id_of(taken.names, text):
                _check_rule(rule, text, field)
    return found


def refuse_not_taken(kind: ProviderKind, action: Creation | Edit, given: Mapping[str, Any]) -> None:
    """Raises NotSupported for an argument, or for tags, that the cloud would lose."""
    for name in (*action.takes, "tags"):
        why = kind.not_taken.get(f"{action.target_type.resource}.{name}")
        if why and given.get(name) not in (None, "", [], ()):
            raise NotSupported(why, field=_input_field(name))


def _input_field(name: str) -> str:
    """As GraphQL writes it."""
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))


def _check_form(text: str, longest: int, field: str) -> None:
    if len(text) > longest or not text.isprintable():
        message = f"{field} has up to {longest} printable characters."
        raise InvalidInput(message, field=field)


def _check_rule(rule: NameRule, text: str, field: str) -> None:
    if not rule.pattern.fullmatch(text):
        raise InvalidInput(rule.sentence, field=field)


def _is_id_of(type_name: str, text: str) -> bool:
    parts = split_id(text)
    return parts is not None and parts[0] == type_name
