"""The header that names the user."""

from collections.abc import Callable, Generator

import httpx

# A token, or a function that returns the current one. None: no user is logged in.
Token = str | Callable[[], str] | None


class TokenAuth(httpx.Auth):
    """Sends the token with each request, also of a stream that is opened again after an hour."""

    def __init__(self, token: Token) -> None:
        self.token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = self.token() if callable(self.token) else self.token
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        yield request
