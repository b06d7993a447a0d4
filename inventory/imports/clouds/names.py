"""Other names for accounts of an import than those of their files: ``--as``."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gateway.core.errors import InvalidInput
from inventory.imports.clouds.found import Finding, Found


def renamed(findings: Iterable[Finding], names: Sequence[str]) -> list[Finding]:
    """The findings under other names. Each of ``names`` is ENTRY=NAME, or, for one account, NAME.

    Raises InvalidInput: it is not clear which account is meant.
    """
    found = list(findings)
    known = [one.name for one in found if isinstance(one, Found)]
    chosen = dict(_entry_and_name(text, known) for text in names)
    return [
        replace(one, name=chosen[one.name])
        if isinstance(one, Found) and one.name in chosen
        else one
        for one in found
    ]


def _entry_and_name(text: str, known: list[str]) -> tuple[str, str]:
    """An entry's own name may have "=" too; then the longest one counts."""
    listed = ", ".join(known) or "none"
    entries = [name for name in known if text.startswith(f"{name}=")]
    if not entries:
        if len(known) == 1 and "=" not in text:
            return known[0], text
        message = f"--as {text} must be ENTRY=NAME. The accounts that can be connected: {listed}."
        raise InvalidInput(message, field="as")
    entry = max(entries, key=len)
    if known.count(entry) > 1:
        message = f"Several files have an account {entry}. Import each by itself, with --as."
        raise InvalidInput(message, field="as")
    return entry, text.removeprefix(f"{entry}=")
