"""How a provider is doing: the one decision behind its status, its last error and its check.

The credentials of an account are good when any region takes them, although another one refuses
them: EC2 answers AuthFailure in a region that is not enabled. They are refused when one refuses
them and none takes them. A cloud that denies an action has accepted the credentials.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from inventory.models import Source
from inventory.providers import ProviderErrorCode

UNREACHABLE = frozenset(
    {
        ProviderErrorCode.UNREACHABLE,
        ProviderErrorCode.TIMEOUT,
        ProviderErrorCode.ADDRESS_NOT_ALLOWED,
    }
)


class ProviderStatus(StrEnum):
    """How a provider answered when it was last asked."""

    UNCHECKED = "UNCHECKED"
    OK = "OK"
    DEGRADED = "DEGRADED"
    UNREACHABLE = "UNREACHABLE"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"


@dataclass(frozen=True, slots=True)
class Health:
    """``failing``: the source whose error says why; None: none is failing."""

    status: ProviderStatus
    failing: Source | None = None


def takes_credentials(code: str | None) -> bool | None:
    """True if an answer shows that the credentials are good, False if bad; None: it shows neither.

    ``code``: of the error; None or empty: there was none.
    """
    if not code or code == ProviderErrorCode.PERMISSION_DENIED:
        return True
    return False if code == ProviderErrorCode.INVALID_CREDENTIALS else None


def credentials_valid(answers: Iterable[bool | None]) -> bool | None:
    """The validity of an account's credentials, by its regions' answers; None: none shows it."""
    shown = set(answers)
    return next((answer for answer in (True, False) if answer in shown), None)


def health_of(sources: Sequence[Source]) -> Health:
    """The health of a provider with these sources: of machines, of containers, its region set."""
    asked = [source for source in sources if source.attempt_started_at is not None]
    regions = [source for source in asked if not source.is_region_set]
    failing = [source for source in asked if source.failed]
    if not failing:
        return Health(ProviderStatus.OK if regions else ProviderStatus.UNCHECKED)
    # A list of regions is good for an hour: that it succeeded says nothing of the credentials now.
    shown = [takes_credentials(source.error_code) for source in (*regions, *failing)]
    if credentials_valid(shown) is False:
        return _failed(ProviderStatus.INVALID_CREDENTIALS, failing, _is_refusal)
    if all(_is_unreachable(source) for source in regions or failing):
        return _failed(ProviderStatus.UNREACHABLE, failing, _is_unreachable)
    return _failed(ProviderStatus.DEGRADED, failing, lambda _source: True)


def _failed(
    status: ProviderStatus, failing: Sequence[Source], explains: Callable[[Source], bool]
) -> Health:
    """The latest failure that explains the status; a region's goes before the region set's."""
    reasons = [source for source in failing if explains(source)]
    return Health(status, max(reasons, key=_place))


def _place(source: Source) -> tuple[bool, datetime]:
    return not source.is_region_set, source.attempt_started_at or datetime.min.replace(tzinfo=UTC)


def _is_refusal(source: Source) -> bool:
    return source.error_code == ProviderErrorCode.INVALID_CREDENTIALS


def _is_unreachable(source: Source) -> bool:
    return source.error_code in UNREACHABLE
