"""With what a caller proved who they are. It stays with the user for the length of the request."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True, slots=True)
class Credential:
    """``kind``: session or token. ``id``: the session's, or the API token's; never a secret."""

    kind: str
    id: str


def attach_credential(user: AbstractBaseUser, credential: Credential) -> None:
    vars(user)["credential"] = credential


def credential_of(user: Any) -> Credential | None:
    """None for who sent none, and for who does not ask over HTTP."""
    found: Credential | None = getattr(user, "credential", None)
    return found
