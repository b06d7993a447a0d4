"""Expected failures: errors that the caller can correct.

::

    Exception
    └── ExpectedError            code, message, field
        ├── InvalidInput         INVALID          the input names something impossible
        ├── NotFound             NOT_FOUND        absent, or not visible: the same answer
        ├── Conflict             CONFLICT         right in itself, but not now
        ├── NotSupported         NOT_SUPPORTED    this kind of cloud cannot do it
        ├── Unauthenticated      UNAUTHENTICATED  log in first
        ├── Forbidden            FORBIDDEN        logged in, but not allowed
        └── RateLimited          RATE_LIMITED     too often; retry_after says when again

A mutation returns them in ``errors { field code message }``; a query as a GraphQL error with
``extensions.code``. Every other exception is a defect of the gateway: masked, logged, with an id.
"""

PERMISSION_MESSAGE = "You do not have permission to perform this action"
LOGIN_HINT = (
    'Log in with mutation { tokenAuth(username: "...", password: "...") { token } } and send the '
    "header Authorization: JWT <token>."
)


class ExpectedError(Exception):
    """A failure with a code and a message meant for the caller.

    ``field`` is the input field at fault, in the caller's spelling (camelCase). ``hint`` says what
    to do; a query shows it as ``extensions.hint``.
    """

    code = "ERROR"
    hint: str | None = None

    def __init__(self, message: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if code is not None:
            self.code = code


class InvalidInput(ExpectedError):
    code = "INVALID"


class NotFound(ExpectedError):
    code = "NOT_FOUND"


class Conflict(ExpectedError):
    code = "CONFLICT"


class NotSupported(ExpectedError):
    code = "NOT_SUPPORTED"


class Unauthenticated(ExpectedError):
    code = "UNAUTHENTICATED"
    hint = LOGIN_HINT

    def __init__(self, message: str = PERMISSION_MESSAGE) -> None:
        super().__init__(message)


class Forbidden(ExpectedError):
    code = "FORBIDDEN"

    def __init__(self, message: str = PERMISSION_MESSAGE) -> None:
        super().__init__(message)


class RateLimited(ExpectedError):
    """Too often. ``retry_after`` is in whole seconds."""

    code = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
