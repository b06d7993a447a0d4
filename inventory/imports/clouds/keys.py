"""The keys of an entry, and the rule for a key that the import does not read.

Every key is honoured, harmless, or skips the account. A key that is in no table skips too: a
setting that is dropped silently may lead to another endpoint, account or certificate than the file
names. A name in a table may contain ``*``; a name without one goes before it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

from inventory.imports.clouds.found import Unusable
from inventory.imports.clouds.values import NOTHING, shown

NO = re.compile(r"false|no|off|0")
YES = re.compile(r"true|yes|on|1")


class Verdict(Enum):
    HONOURED = "honoured"
    HARMLESS = "harmless"
    SKIPPING = "skipping"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """``harmless`` and ``skipping``: the reason by key.

    ``usual``: values of a skipping key, in lower case, that ask for what the gateway does anyway.
    """

    honoured: frozenset[str]
    harmless: Mapping[str, str] = field(default_factory=dict)
    skipping: Mapping[str, str] = field(default_factory=dict)
    usual: Mapping[str, re.Pattern[str]] = field(default_factory=dict)

    def verdict(self, key: str) -> Verdict:
        return self._looked_up(key)[0]

    def require_known(self, values: Mapping[str, Any], *, of: str = "") -> None:
        """Raises Unusable for a key that skips the account. ``of``: where the keys are."""
        for name, value in values.items():
            key = str(name)
            verdict, reason = self._looked_up(key)
            if _is_nothing(value) or verdict in {Verdict.HONOURED, Verdict.HARMLESS}:
                continue
            if verdict is Verdict.UNKNOWN:
                raise Unusable(f"{shown(key)}{of} is a setting that this import does not know")
            if not self._is_usual(key, value):
                raise Unusable(reason if f"({key})" in reason else f"{reason} ({key}{of})")

    def _is_usual(self, key: str, value: Any) -> bool:
        pattern = self.usual.get(key)
        if pattern is None or isinstance(value, Mapping | list):
            return False
        return pattern.fullmatch(str(value).strip().lower()) is not None

    def _looked_up(self, key: str) -> tuple[Verdict, str]:
        if key in self.honoured:
            return Verdict.HONOURED, ""
        tables = ((Verdict.HARMLESS, self.harmless), (Verdict.SKIPPING, self.skipping))
        for verdict, table in tables:
            if key in table:
                return verdict, table[key]
        for verdict, table in tables:
            for reason in _matches(key, table):
                return verdict, reason
        return Verdict.UNKNOWN, ""


def _matches(key: str, table: Mapping[str, str]) -> Iterator[str]:
    yield from (reason for name, reason in table.items() if "*" in name and fnmatchcase(key, name))


def _is_nothing(value: Any) -> bool:
    if isinstance(value, Mapping | list):
        return not value
    return value is None or str(value).strip() in NOTHING
