"""A Django system check: every declared kind makes sense, before anybody connects one."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error

from inventory.providers.kind import Capability, ProviderKind
from inventory.providers.registry import all_kinds

def check_kinds(**_: Any) -> list[CheckMessage]:
    return [
        Error(f"Provider kind {kind.slug}: {problem}", id="inventory.E001")
        for kind in all_kinds()
        for problem in problems_of(kind)
    ]


def problems_of(kind: ProviderKind) -> Iterator[str]:
    """What is wrong with a declaration, in words."""
    names = [credential.name for credential in kind.credentials]
    for name in names:
        if not name.isidentifier():
            yield f"the credential {name!r} is no identifier."
        if names.count(name) > 1:
            yield f"the credential {name!r} is declared twice."
    for credential in kind.credentials:
        if credential.type not in (str, int, float, bool):
            yield f"the credential {credential.name!r} has an unknown type."
        if credential.secret and credential.default is not None:
            yield f"the secret {credential.name!r} has a default."
    if Capability.LIST_MACHINES not in kind.capabilities:
        yield "it cannot list machines."
    if not kind.default_regions:
        yield "it has no default region."
