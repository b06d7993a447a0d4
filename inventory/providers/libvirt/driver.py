"""One libvirt daemon, talked to in its own protocol.

libvirt's client is a C library: it is built on the spot, it blocks where no time limit reaches it,
it looks names up by itself, and its URIs run programs. docs/decisions/0025 has the details.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar

from libcloud.common.types import MalformedResponseError
from libcloud.compute.base import NodeDriver

from gateway.core.http.budget import budget_in_use
from inventory.providers import transport
from inventory.providers.kind import Values
from inventory.providers.libvirt.address import endpoint_of
from inventory.providers.libvirt.channel import Channel
from inventory.providers.libvirt.conversation import Call, Conversation
from inventory.providers.libvirt.procedures import Procedure
from inventory.providers.libvirt.refusals import Failure
from inventory.providers.libvirt.signing_in import User, open_daemon
from inventory.providers.libvirt.xdr import Reader

T = TypeVar("T")


class LibvirtDriver(NodeDriver):
    """Building one asks nothing; the first call connects and signs in."""

    def __init__(self, credentials: Values, _region: str, timeout: float) -> None:
        self.endpoint = endpoint_of(credentials["uri"])
        self.credentials = credentials
        self.user = User(credentials.get("username"), credentials.get("password"))
        self.pool = credentials.get("pool")
        self.network = credentials.get("network")
        self.timeout = timeout

    @cached_property
    def talk(self) -> Conversation:
        budget = budget_in_use(self.timeout)
        talk = Conversation(Channel.to(self.endpoint, self.credentials, budget))
        transport.close_with_line(talk)
        open_daemon(talk, self.endpoint, self.user)
        return talk

    @cached_property
    def host_name(self) -> str:
        """The one location there is, asked once."""
        return self.ask_host_name()

    def ask_host_name(self) -> str:
        name = self.ask(Call(Procedure.CONNECT_GET_HOSTNAME, read=Reader.text))
        if not name:
            raise MalformedResponseError("The daemon does not report the name of its host.")
        return name

    def ask(self, call: Call[T]) -> T:
        return self.talk.ask(call)

    def ask_each(self, calls: Sequence[Call[T]]) -> list[T | Failure]:
        return self.talk.ask_each(calls)
