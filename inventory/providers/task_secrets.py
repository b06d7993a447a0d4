"""The secrets that no error of a task may contain: the account's, and those in its requests.

A cloud gives a token for a sign-in, and may quote the headers of a later request in its refusal.
libcloud's drivers sign in by themselves, so the gateway sees such a token first when it is sent:
``Line`` notes what is secret in the headers of every request, and in the query of its address,
where EC2 and CloudStack have a signature.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

# Authorization, Cookie, X-Auth-Token, X-Subject-Token, X-Amz-Security-Token, X-Registry-Auth,
# x-vcloud-authorization, X-Ovh-Signature, API-Key. A user's name is none, nor is Idempotency-Key.
SECRET_HEADER = re.compile(
    r"auth(?!-user)|cookie|token|secret|signature|password|api-?key", re.IGNORECASE
)
# "adminPassword": "…" and "root_pass": "…" of JSON; password=… of a form.
PASSWORD = re.compile(
    r'(?i)(?:\b|_|root|admin|user)pass(?:word|wd|phrase)?(?:"\s*:\s*"((?:[^"\\]|\\.){8,512})"|=([^&\s]{8,512}))'
)
BETWEEN = re.compile(r"[\s,;]+")
PARAMETER = re.compile(r"([\w.-]+)=(?!=*$)\"?(.*?)\"?")
# In AWS's Authorization ("Signature Version 4", docs.aws.amazon.com/IAM/latest/UserGuide): names of
# headers, and a scope whose parts are ordinary words. The key id in it is a credential's own field.
PUBLIC_PARAMETERS = frozenset({"credential", "signedheaders", "realm", "algorithm", "version"})
SCHEME = re.compile(r"^[A-Za-z][\w-]*\s+")
SHORTEST_SIGNATURE = 16  # in a query, where SignatureMethod is HmacSHA256
SHORTEST_VALUE = 8  # a shorter one is a setting, such as a language, and no token
LONGEST_BODY = 256 * 1024  # scripts of a first boot are shorter
LONGEST_VALUE = 16 * 1024  # servers take headers of 8 to 16 KiB
MOST_SENT = 32  # each signed request has another signature; a refusal quotes a recent one


class TaskSecrets:
    """An iterable that can be read many times. ``known``: the account's secrets."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = [*known]
        self._sent: dict[str, None] = {}

    def extend(self, secrets: Iterable[str]) -> None:
        self._known.extend(secrets)

    def note_sent(self, headers: Mapping[str, Any], address: str = "", body: object = None) -> None:
        """Note the secrets in the headers of a request, in the query of its address, and the
        passwords in its body. The latest ``MOST_SENT`` are kept.
        """
        for secret in [*_in_headers(headers), *_in_query(address), *_in_body(body)]:
            self._sent.pop(secret, None)
            self._sent[secret] = None
        for oldest in [*self._sent][:-MOST_SENT]:
            del self._sent[oldest]

    @contextmanager
    def used(self) -> Iterator[None]:
        """Inside the block, they are those of this thread's task."""
        token = _in_use.set(self)
        try:
            yield
        finally:
            _in_use.reset(token)

    def __iter__(self) -> Iterator[str]:
        yield from [*self._known, *self._sent]


_in_use: ContextVar[TaskSecrets | None] = ContextVar("task_secrets", default=None)


def secrets_in_use() -> TaskSecrets:
    """The secrets that no text of this task may contain; empty without a task."""
    return _in_use.get() or TaskSecrets()


def _in_headers(headers: Mapping[str, Any]) -> Iterator[str]:
    for name, value in headers.items():
        if SECRET_HEADER.search(_text(name)):
            yield from _values(_text(value))


def _in_body(body: object) -> Iterator[str]:
    """The passwords in JSON or in a form, such as one that an order generates for a machine."""
    if isinstance(body, str | bytes):
        for quoted, encoded in PASSWORD.findall(_text(body[:LONGEST_BODY])):
            yield quoted.replace("\\/", "/") or unquote_plus(encoded)


def _in_query(address: str) -> Iterator[str]:
    query = address.partition("?")[2][:LONGEST_VALUE]
    for name, value in parse_qsl(query):
        if SECRET_HEADER.search(name) and len(value) >= SHORTEST_SIGNATURE:
            yield value


def _values(header: str) -> Iterator[str]:
    """The values of its parameters, and the words that are none, without a scheme before them."""
    for word in BETWEEN.split(SCHEME.sub("", header.strip()[:LONGEST_VALUE])):
        found = PARAMETER.fullmatch(word)
        if found is None and not header.lower().startswith("aws4-"):
            value = word
        elif found is not None and found[1].lower() not in PUBLIC_PARAMETERS:
            value = found[2]
        else:
            continue
        if len(value) >= SHORTEST_VALUE:
            yield value


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
