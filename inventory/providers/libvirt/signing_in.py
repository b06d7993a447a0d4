"""The first words of a conversation: who we are, and whose machines are meant."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from libcloud.common.types import MalformedResponseError

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.libvirt import sasl, xdr
from inventory.providers.libvirt.address import TCP, Endpoint
from inventory.providers.libvirt.conversation import Call, Conversation
from inventory.providers.libvirt.procedures import Procedure
from inventory.providers.libvirt.xdr import Reader

# remote_auth_type; the first one that a daemon names is its own choice.
NONE, SASL, POLKIT = 0, 1, 2


@dataclass(frozen=True, slots=True, repr=False)
class User:
    name: str | None
    password: str | None


def open_daemon(talk: Conversation, endpoint: Endpoint, user: User) -> None:
    ways: dict[int, Callable[[Conversation], None]] = {
        NONE: _nothing,
        SASL: partial(_sign_in, endpoint=endpoint, user=user),
        POLKIT: _polkit,
    }
    offered = talk.ask(Call(Procedure.AUTH_LIST, read=lambda reader: reader.array(Reader.integer)))
    way = next((ways[one] for one in offered if one in ways), None)
    if not offered:
        raise MalformedResponseError("The daemon offers no way to sign in.")
    if way is None:
        raise _refused(f"The daemon offers only unknown ways to sign in: {offered}.")
    way(talk)
    no_flags = xdr.uint(0)
    talk.ask(Call(Procedure.CONNECT_OPEN, xdr.optional(endpoint.uri) + no_flags))


def _nothing(_talk: Conversation) -> None:
    """A client that reaches the daemon is signed in: with TLS, by the certificate."""


def _polkit(talk: Conversation) -> None:
    talk.ask(Call(Procedure.AUTH_POLKIT, read=Reader.integer))


def _sign_in(talk: Conversation, endpoint: Endpoint, user: User) -> None:
    if not user.name or not user.password:
        raise _refused("The daemon asks for a user name and a password.")
    mechanism = sasl.best_of(talk.ask(Call(Procedure.AUTH_SASL_INIT, read=Reader.text)))
    if mechanism == sasl.PLAIN and endpoint.transport == TCP:
        raise _refused("The daemon asks for the password in clear; it is not sent without TLS.")
    saying = sasl.exchange(mechanism, user.name, user.password)
    words, procedure = xdr.text(mechanism) + _said(next(saying)), Procedure.AUTH_SASL_START
    while True:
        complete, answer = talk.ask(Call(procedure, words, _heard))
        try:
            words, procedure = _said(saying.send(answer)), Procedure.AUTH_SASL_STEP
        except StopIteration:
            break
        if complete:
            raise _refused("The daemon accepted the sign-in before it proved its identity.")
    if not complete:  # it wants to hear that we are content, too
        complete, _ = talk.ask(Call(Procedure.AUTH_SASL_STEP, _said(b""), _heard))
    if not complete:
        raise _refused("The daemon and the gateway do not agree on how to sign in.")


def _said(words: bytes) -> bytes:
    """Encode the words: a flag that is set if there are none, and then the words."""
    return xdr.integer(not words) + xdr.chars(words)


def _heard(reader: Reader) -> tuple[bool, bytes]:
    complete = reader.integer() != 0
    is_nil = reader.integer() != 0
    words = reader.chars()
    return complete, b"" if is_nil else words


def _refused(message: str) -> ProviderError:
    return ProviderError(ProviderErrorCode.INVALID_CREDENTIALS, message)
