"""What can be wrong with a password or a token.

::

    ExpectedError
    ├── InvalidCredentials   INVALID_CREDENTIALS   username or password; never says which
    └── Unauthenticated
        └── BadToken         UNAUTHENTICATED       unreadable, expired, revoked, or nobody's
"""

from gateway.core.errors import ExpectedError, Unauthenticated


class InvalidCredentials(ExpectedError):
    code = "INVALID_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("Please enter valid credentials")


class BadToken(Unauthenticated):
    pass
