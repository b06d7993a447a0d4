"""The fields of an account that users fill in, and the validation of each.

A ``CredentialField`` alone drives validation, the connect form, encryption and redaction.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.core.http import egress
from gateway.core.http.urls import UnreadableURL, split_url

LONGEST_VALUE = 20_000
DEFAULT_PORTS = {"http": 80, "https": 443}
HOST_PATTERN = re.compile(r"[A-Za-z0-9._:-]+")


class CredentialProblem(ValueError):
    """A mistake in a user's input: its field, and a message."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One thing to know about an account. ``type`` is str, int, float or bool.

    ``url``: it must be an http or https address, where the gateway may connect to (a name is judged
    when it is resolved, at the moment of use). ``lines``: a text of several lines, as a PEM key.
    ``choices``: the values that it can have; none: any.
    ``judge``: of an address that is none of http: makes of it what is kept, or raises ValueError.
    ``sample``: what the check of declarations gives a driver that is particular about it.
    ``identifies``: a text that only the account's owner knows, although it is not required.
    ``borrows``: it names an identity of the gateway's own. Superusers alone enter credentials that
    have it.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    default: str | int | float | bool | None = None
    type: type = str
    minimum: float | None = None
    maximum: float | None = None
    url: bool = False
    lines: bool = False
    choices: tuple[str, ...] = ()
    judge: Callable[[str], str] | None = None
    sample: str | None = None
    identifies: bool = False
    borrows: bool = False

    @property
    def names_account(self) -> bool:
        """True if the field identifies the account: a text that only its owner can know."""
        is_needed = self.type is str and self.required and self.default is None
        return self.identifies or (is_needed and not self.url)

    def clean(self, text: str | None) -> Any:
        """The typed value of what was entered, or the default. Raises CredentialProblem."""
        if text is None or not text.strip():
            if self.required and self.default is None:
                raise CredentialProblem(self.name, "is required.")
            return self.default
        if len(text) > LONGEST_VALUE:
            raise CredentialProblem(self.name, f"is longer than {LONGEST_VALUE} characters.")
        if self.type is bool:
            return self._boolean(text)
        if self.type in (int, float):
            return self._number(text)
        if problem := self._problem(text):
            raise CredentialProblem(self.name, problem)
        if self.choices and text.strip() not in self.choices:
            known = ", ".join(self.choices)
            raise CredentialProblem(self.name, f"must be one of {known}{self._not(text)}.")
        return self._address(text.strip()) if self.url else text.strip()

    def _problem(self, text: str) -> str | None:
        """The problem of a text. A blank at the end of a secret may belong to it, or not."""
        if self.secret and not self.lines and text.strip("\r\n") != text.strip():
            return "begins or ends with a blank. Enter it without one."
        parts = text.strip().splitlines() if self.lines else [text.strip()]
        if not all(part.isprintable() for part in parts):
            return "contains a line break or a control character."
        return None

    def _boolean(self, text: str) -> bool:
        word = text.strip().lower()
        if word not in {"true", "false"}:
            raise CredentialProblem(self.name, f"must be true or false{self._not(text)}.")
        return word == "true"

    def _number(self, text: str) -> int | float:
        noun = "a whole number" if self.type is int else "a number"
        try:
            number: int | float = self.type(text)
        except ValueError:
            raise CredentialProblem(self.name, f"must be {noun}{self._not(text)}.") from None
        low, high = self.minimum, self.maximum
        in_range = (low is None or number >= low) and (high is None or number <= high)
        if not in_range or not math.isfinite(number):
            bounds = f"from {_bound(low, '-')} to {_bound(high, '')}"
            raise CredentialProblem(self.name, f"must be {bounds}{self._not(text)}.")
        return number

    def _not(self, text: str) -> str:
        """The input for a message: at most 40 characters, and nothing of a secret."""
        return "" if self.secret else f", not {text.strip()[:40]!r}"

    def _address(self, text: str) -> str:
        try:
            return self.judge(text) if self.judge else self._web_address(text)
        except ValueError as problem:
            raise CredentialProblem(self.name, str(problem)) from None
        except egress.EgressRefused as refusal:
            raise CredentialProblem(self.name, f"is not allowed: {refusal}") from None

    def _web_address(self, text: str) -> str:
        if not _is_plain_address(text):
            raise ValueError("must be an address as https://host:port/path, without a password.")
        parts = split_url(text)
        egress.check_literal(parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme])
        return text.rstrip("/")


def _bound(number: float | None, sign: str) -> str:
    return f"{sign}infinity" if number is None else f"{number:g}"


def _is_plain_address(text: str) -> bool:
    """True if the text names a host by http or https, and neither a user nor a query.

    Raises ValueError for one that is too long, or whose host is not ASCII.
    """
    try:
        parts = split_url(text)
        host, _port = parts.hostname or "", parts.port
    except UnreadableURL as problem:
        raise ValueError(f"cannot be read: {problem}") from None
    except ValueError:
        return False
    named = parts.scheme in {"http", "https"} and HOST_PATTERN.fullmatch(host) is not None
    return named and not (parts.username or parts.password or parts.query or parts.fragment)
