"""The user of a stream or an export, looked up again before each answer.

Tokens expire, and roles change.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.core.accounts.authentication import authenticate
from gateway.core.graphql.context import Context


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of the request that opened a stream."""

    user_key: Any
    authorization: str
    address: str
    user_agent: str

    def contexts(self) -> Callable[[], Context]:
        """A factory of contexts with the user's present rights. Raises BadToken."""
        user = authenticate({"Authorization": self.authorization}, address=self.address)
        return lambda: Context(user, self.address, user_agent=self.user_agent)

    def context(self) -> Context:
        """One context with the present rights. Raises BadToken."""
        return self.contexts()()
