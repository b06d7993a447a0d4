"""The credential with which a caller was authenticated, and the rights that it gives.

It is attached to the user object for the length of the request, so all code that has the user can
read it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser


class Scope(StrEnum):
    """The rights of an API token. Each scope includes those before it."""

    READ = "READ"
    PLAN = "PLAN"
    OPERATE = "OPERATE"

    @property
    def rank(self) -> int:
        return list(Scope).index(self)


@dataclass(frozen=True, slots=True)
class Credential:
    """``kind``: session or api_token. ``id``: the row's; never a secret.

    ``scope``: its rights; None: all rights of its user. ``providers``: the global ids of the
    providers that it is limited to; None: there is no limit.
    """

    kind: str
    id: str
    scope: Scope | None = None
    providers: frozenset[str] | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def attach_credential(user: AbstractBaseUser, credential: Credential) -> None:
    vars(user)["credential"] = credential


def credential_of(user: Any) -> Credential | None:
    """None if the request has none, and for a user outside of a request."""
    found: Credential | None = getattr(user, "credential", None)
    return found


def provider_limit(user: Any) -> frozenset[str] | None:
    """The global ids of the providers that the user's token is limited to; None: no limit.

    With such a token a user sees only these providers and their objects, the user itself, the
    token, and the objects that every user sees. The user sees no sessions, other tokens, users,
    teams or schedules, no audit, and no objects without a provider. This applies to superusers too.
    """
    credential = credential_of(user)
    return None if credential is None else credential.providers
