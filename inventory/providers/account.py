"""The credentials that identify an account, and a digest of them.

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
from inventory.providers.endpoints import canonical_endpoint

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
    a secret names the account too; raises CredentialProblem. ``canonical``: of these values, the
    ones that the kind can spell in another way than ``canonical_endpoint`` knows; raises
    CredentialProblem. ``unnoticed``: another account that
    has the same fields; sentences for docs/providers.md. ``later``: those of ``compared`` that
    earlier releases did not have. While they are empty, digests are as those releases noted them.
    ``known_by``: credentials of which one, if it is set and equal in two sets of an equal digest,
    shows that both are of one account; None: an equal digest shows it.
    """

    compared: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    order_settings: tuple[str, ...] = ()
    read: Callable[[Values], Values] = _as_given
    canonical: Callable[[Values], Values] = _as_given
    unnoticed: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    known_by: tuple[str, ...] | None = None


def account_fields(
    declared: AccountFields | None, fields: Sequence[CredentialField]
) -> AccountFields:
    """The declared table; for a kind without one, every credential that is no secret."""
    return declared or AccountFields(tuple(field.name for field in fields if not field.secret))


def account_digest(table: AccountFields, credentials: Values) -> str:
    """Equal for two sets of credentials that name one account, in every process.

    ``credentials``: their values, references read.
    """
    return _digest(table, credentials, table.canonical, canonical_endpoint)


def is_one_account(table: AccountFields, before: Values, after: Values) -> bool | None:
    """True or False if the credentials show it; None if only the cloud knows."""
    if account_digest(table, before) != account_digest(table, after):
        return False
    if table.known_by is None:
        return True
    same = any(before.get(name) and before[name] == after.get(name) for name in table.known_by)
    return True if same else None


def account_digests(table: AccountFields, credentials: Values) -> frozenset[str]:
    """Each digest that may have been noted of these credentials.

    Earlier releases compared addresses as they are written.
    """
    as_written = _digest(table, credentials, _as_given, _without_slash)
    return frozenset({account_digest(table, credentials), as_written})


def _digest(
    table: AccountFields,
    credentials: Values,
    canonical: Callable[[Values], Values],
    spelled: Callable[[str], str],
) -> str:
    try:
        values = canonical(table.read(credentials))
        found = {name: values.get(name) for name in table.compared}
    except CredentialProblem:
        found = dict(UNREADABLE)
    compared = {
        name: "" if one is None else spelled(str(one))
        for name, one in found.items()
        if one or name not in table.later
    }
    text = json.dumps(compared, sort_keys=True)
    return hashlib.blake2b(text.encode(errors="backslashreplace"), digest_size=16).hexdigest()


def unreadable_digest() -> str:
    """The digest of credentials that cannot be read."""
    return account_digest(AccountFields(("",)), UNREADABLE)


def _without_slash(text: str) -> str:
    return text.strip().rstrip("/")
