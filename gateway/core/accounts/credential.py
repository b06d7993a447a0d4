"""With what a caller proved who they are, and what it is good for.

It stays with the user for the length of the request, so that whoever is handed the user can ask.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser


class Scope(StrEnum):
    """What an API token is good for. Each includes those before it."""

    READ = "READ"
    PLAN = "PLAN"
    OPERATE = "OPERATE"

    @property
    def rank(self) -> int:
        return list(Scope).index(self)


@dataclass(frozen=True, slots=True)
class Credential:
    """``kind``: session or api_token. ``id``: the row's; never a secret.

    ``scope``: what it is good for; None: all that its user may. ``providers``: the global ids of
    the providers that it is limited to; None: to none.
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
    """None for who sent none, and for who does not ask over HTTP."""
    found: Credential | None = getattr(user, "credential", None)
    return found


def provider_limit(user: Any) -> frozenset[str] | None:
    """The global ids of the providers that the user came limited to; None: no limit.

    Who came so sees only what concerns these providers: what is at them, themselves, the token that
    they came with, and what every user sees. Of sessions, other tokens, users and teams, schedules,
    the audit, and what belongs to no provider, they see nothing. A superuser is limited alike.
    """
    credential = credential_of(user)
    return None if credential is None else credential.providers
