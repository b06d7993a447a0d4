"""Which credentials say whose account it is, and a digest of them.

A job compares the digest of its submission with the one of now, and acts at no other account.
Secrets are not compared: they are changed in the course of things, and a cloud says whose they are
only when it is asked.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inventory.providers.credential import CredentialField, CredentialProblem

Values = Mapping[str, Any]
UNREADABLE: Values = {"": "unreadable"}  # equal to no account that can be read


def _as_given(credentials: Values) -> Values:
    return credentials


@dataclass(frozen=True, slots=True)
class AccountFields:
    """A kind's table: each credential that is no secret is in one of the three groups.

    ``compared``: the cloud's address, and the account there. ``order_settings``: where orders go in
    the account, and what they are sent with; a repeated order is sent with those of the first.
    ``ignored``: the others. ``read``: the values to compare, where
    a secret names the account too; raises CredentialProblem. ``unnoticed``: another account that
    has the same fields; sentences for docs/providers.md.
    """

    compared: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    order_settings: tuple[str, ...] = ()
    read: Callable[[Values], Values] = _as_given
    unnoticed: tuple[str, ...] = ()


def account_fields(
    declared: AccountFields | None, fields: Sequence[CredentialField]
) -> AccountFields:
    """The declared table; for a kind without one, every credential that is no secret."""
    return declared or AccountFields(tuple(field.name for field in fields if not field.secret))


def account_digest(table: AccountFields, credentials: Values) -> str:
    """Equal for two sets of credentials whose compared values are equal, in every process.

    ``credentials``: their values, references read.
    """
    try:
        values = table.read(credentials)
        compared: Values = {name: _text(values.get(name)) for name in table.compared}
    except CredentialProblem:
        compared = UNREADABLE
    text = json.dumps(compared, sort_keys=True)
    return hashlib.blake2b(text.encode(errors="backslashreplace"), digest_size=16).hexdigest()


def unreadable_digest() -> str:
    """Of credentials that cannot be read."""
    return account_digest(AccountFields(("",)), UNREADABLE)


def _text(value: Any) -> str:
    """An address with and without a slash at its end is one address."""
    return "" if value is None else str(value).strip().rstrip("/")
