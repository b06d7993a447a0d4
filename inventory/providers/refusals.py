"""The meaning of a cloud's refusals: each kind has a table of temporary and of final ones.

A kind declares its table in ``ProviderKind.refusals``. The adapter compares each refusal with the
table, in one place. A refusal that no row matches keeps the code of its HTTP status.

HTTP 429 and 5xx come before any word of the cloud: a row matches them only if it names that status.
Any other refusal with a row's word and message is the row's, whatever 4xx status it comes with.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inventory.providers.exceptions import (
    TOO_MANY_REQUESTS,
    ProviderError,
    ProviderErrorCode,
    status_decides,
)
from inventory.types import Verdict


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal that a kind of cloud documents.

    ``word``: the cloud's own error code, whole; empty: any. ``pattern``: a regular expression that
    is searched in the message and ignores case; empty: any message. ``status``: the HTTP status it
    comes with; None: the cloud speaks no HTTP. ``sample``: a message of the cloud's, which the
    pattern matches. ``temporary``: whether the same request may be accepted later. ``source``: a
    link to the cloud's documentation, or to a report where that says nothing. ``not_done``: a link
    to the cloud's documentation that says that a request with this refusal was not carried out;
    for a status of 5xx with a word, which leaves that open otherwise.
    """

    code: ProviderErrorCode
    temporary: bool
    sample: str
    status: int | None
    word: str = ""
    pattern: str = ""
    source: str = ""
    not_done: str = ""

    def matches(self, *, status: int | None, word: str, message: str) -> bool:
        is_strict = self.status == TOO_MANY_REQUESTS or status_decides(status)
        if is_strict and status != self.status:
            return False
        return self.says(word, message)

    def says(self, word: str, message: str) -> bool:
        """True if the word and the message match the row, whatever the status is."""
        return self.word in {"", word} and (
            not self.pattern or re.search(self.pattern, message, re.IGNORECASE) is not None
        )


def temporary(code: ProviderErrorCode, status: int | None, sample: str, **details: str) -> Refusal:
    """A refusal that passes: a job waits and asks again."""
    return Refusal(code, True, sample, status, **details)


def final(code: ProviderErrorCode, status: int | None, sample: str, **details: str) -> Refusal:
    """A refusal that stays: a job fails at once."""
    return Refusal(code, False, sample, status, **details)


def blocked(message: str, *, temporary: bool = False) -> Verdict:
    """The verdict on an action that the cloud would refuse, by what a read of the object shows."""
    code = ProviderErrorCode.CONFLICT
    return Verdict(False, message, code, is_temporary=temporary)


def classify(error: ProviderError, table: Sequence[Refusal]) -> None:
    """Give ``error`` the code of the first row that matches it, and whether it is final.

    The message of an error that ``is_worded`` is compared only by rows that name its word too.
    """
    if error.status is None and not error.word:
        return  # an error of ours, not a refusal of the cloud
    for row in table:
        if error.is_worded and not row.word:
            continue
        if row.matches(status=error.status, word=error.word, message=error.message):
            error.judge(row.code, temporary=row.temporary)
            error.was_not_done |= bool(row.not_done)
            return


def outcome_of(table: Sequence[Refusal], word: str, message: str) -> Refusal | None:
    """The row for an error that an accepted operation ended with, which has no HTTP status."""
    return next((row for row in table if row.says(word, message)), None)
