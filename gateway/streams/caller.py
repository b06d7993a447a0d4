"""Who holds a stream, asked anew before each answer: tokens expire, and roles are taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.core.accounts.authentication import authenticate
from gateway.core.graphql.context import Context


@dataclass(frozen=True, slots=True)
class Caller:
    """What the request that opened a stream said of its sender."""

    user_key: Any
    authorization: str
    address: str
    user_agent: str

    def contexts(self) -> Callable[[], Context]:
        """A maker of contexts of the user as they are now. Raises BadToken."""
        user = authenticate({"Authorization": self.authorization}, address=self.address)
        return lambda: Context(user, self.address, user_agent=self.user_agent)
