"""What no error of one task may contain: the account's secrets, and those that its requests carry.

A cloud gives a token for a sign-in, and may quote the headers of a later request in its refusal.
libcloud's drivers sign in by themselves, so the gateway sees such a token first when it is sent:
``Line`` notes what is secret in the headers of every request.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Authorization, Cookie, X-Auth-Token, X-Subject-Token, X-Amz-Security-Token, X-Registry-Auth,
# x-vcloud-authorization, X-Ovh-Signature, API-Key. A user's name is none, nor is Idempotency-Key.
SECRET_HEADER = re.compile(
    r"auth(?!-user)|cookie|token|secret|signature|password|api-?key", re.IGNORECASE
)
BETWEEN = re.compile(r"[\s,;]+")
PARAMETER = re.compile(r"([\w.-]+)=(?!=*$)\"?(.*?)\"?")
# Of AWS's Authorization ("Signature Version 4", docs.aws.amazon.com/IAM/latest/UserGuide): names of
# headers, and a scope whose parts are ordinary words. The key id in it is a credential's own field.
PUBLIC_PARAMETERS = frozenset({"credential", "signedheaders", "realm", "algorithm", "version"})
SCHEME = re.compile(r"^[A-Za-z][\w-]*\s+")
SHORTEST_VALUE = 8  # a shorter one is a setting, such as a language, and no token
LONGEST_VALUE = 16 * 1024  # servers take headers of 8 to 16 KiB
MOST_SENT = 32  # each signed request has another signature; a refusal quotes a recent one


class TaskSecrets:
    """Iterable, as often as one likes. ``known``: the account's."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = [*known]
        self._sent: dict[str, None] = {}

    def extend(self, secrets: Iterable[str]) -> None:
        self._known.extend(secrets)

    def note_sent(self, headers: Mapping[str, Any]) -> None:
        """Note the secrets in the headers of a request. The latest ``MOST_SENT`` are kept."""
        for name, value in headers.items():
            if not SECRET_HEADER.search(_text(name)):
                continue
            for secret in _values(_text(value)):
                self._sent.pop(secret, None)
                self._sent[secret] = None
        for oldest in [*self._sent][:-MOST_SENT]:
            del self._sent[oldest]

    def __iter__(self) -> Iterator[str]:
        yield from [*self._known, *self._sent]


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
