"""Secrets at rest: a JSON model field encrypted with Fernet, whose keys can be rotated."""

import json
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

if TYPE_CHECKING:
    TextField = models.TextField[Any, Any]  # generic in the stubs alone
else:
    TextField = models.TextField


class DecryptionError(Exception):
    """None of CREDENTIAL_KEYS opens a stored secret."""


def cipher() -> MultiFernet:
    """The first of CREDENTIAL_KEYS encrypts; all of them decrypt."""
    try:
        return MultiFernet([Fernet(key.strip()) for key in settings.CREDENTIAL_KEYS])
    except ValueError as error:
        raise ImproperlyConfigured(f"CREDENTIAL_KEYS holds no valid Fernet key: {error}") from error


def encrypt_json(value: Any) -> str:
    return cipher().encrypt(json.dumps(value).encode()).decode()


def decrypt_json(token: str) -> Any:
    try:
        return json.loads(cipher().decrypt(token.encode()))
    except InvalidToken:
        raise DecryptionError(
            "A stored secret cannot be decrypted with CREDENTIAL_KEYS: restore the key that "
            "encrypted it."
        ) from None


def rotate_token(token: str) -> str | None:
    """``token`` under the first key; None: it is already. Raises DecryptionError."""
    first = Fernet(settings.CREDENTIAL_KEYS[0].strip())
    try:
        first.decrypt(token.encode())
    except InvalidToken:
        decrypt_json(token)  # raises what it has to
        return cipher().rotate(token.encode()).decode()
    return None


# Before the token of a value in a dump of ``manage.py dumpdata``.
DUMPED = "fernet:"


class EncryptedJSONField(TextField):
    """Any JSON value, its types kept, stored as one Fernet token. It cannot be searched.

    A dump has the token, too, and is loaded where CREDENTIAL_KEYS decrypt it.
    """

    # What django-stubs reads; a TextField's would be str.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, *_: object) -> Any:
        return None if value is None else decrypt_json(value)

    def to_python(self, value: Any) -> Any:
        """Raises DecryptionError for a token that CREDENTIAL_KEYS do not decrypt."""
        if isinstance(value, str) and value.startswith(DUMPED):
            return decrypt_json(value.removeprefix(DUMPED))
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return f"{DUMPED}{encrypt_json(self.value_from_object(obj))}"

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else encrypt_json(value)
