"""The errors of passwords and tokens.

::

    ExpectedError
    ├── InvalidCredentials   INVALID_CREDENTIALS   username or password; never says which
    ├── Unauthenticated
    │   └── BadToken         UNAUTHENTICATED       unreadable, expired, revoked, or unknown
    └── Forbidden
        ├── SessionRequired    FORBIDDEN           an API token is not enough
        └── SuperuserRequired  FORBIDDEN           for superusers alone
"""

from typing import Any

from gateway.core.errors import ExpectedError, Forbidden, Unauthenticated


class InvalidCredentials(ExpectedError):
    code = "INVALID_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("Please enter valid credentials")


class BadToken(Unauthenticated):
    """``user``: the owner of the token, if known; for the audit, never for the answer."""

    def __init__(self, message: str, *, user: Any = None) -> None:
        super().__init__(message)
        self.user = user


class SessionRequired(Forbidden):
    def __init__(self) -> None:
        super().__init__("No API token can do this: log in, and do it with the session's token.")


class SuperuserRequired(Forbidden):
    def __init__(self) -> None:
        super().__init__("Only a superuser may do this.")
