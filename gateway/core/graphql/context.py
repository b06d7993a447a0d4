"""The data of the request that resolvers use: ``info.context``."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

T = TypeVar("T")


@dataclass(slots=True)
class Context:
    """Who asks, from where, with which User-Agent, and what one operation gathers while it runs.

    ``extensions`` becomes the answer's ``extensions``. ``state`` keeps one object of a class for
    the length of an operation: ``context.of(LivePlans)``.
    """

    user: AbstractBaseUser | AnonymousUser
    address: str = ""
    user_agent: str = ""
    extensions: dict[str, Any] = field(default_factory=dict)
    state: dict[type, Any] = field(default_factory=dict)

    def of(self, kind: type[T]) -> T:
        """This operation's own ``kind``, made when it is first asked for."""
        if kind not in self.state:
            self.state[kind] = kind()
        found: T = self.state[kind]
        return found
