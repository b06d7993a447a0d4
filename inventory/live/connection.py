"""From a source to its cloud. Credentials are read at the last moment and kept nowhere."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from gateway.core import references
from gateway.core.asked_for import asking_for
from gateway.core.crypto import DecryptionError
from gateway.core.db import release_connection
from inventory.live.failures import disconnected
from inventory.live.limiter import take_turn
from inventory.models import Credentials, Source
from inventory.providers import Cloud, ProviderError, ProviderErrorCode, connect

NOTHING: Mapping[str, Any] = MappingProxyType({})


@contextmanager
def connected(
    source: Source,
    seconds: float,
    *,
    check: Callable[[Mapping[str, Any]], None] | None = None,
    settings: Mapping[str, Any] = NOTHING,
) -> Iterator[Cloud]:
    """The cloud behind ``source``, to be called within ``seconds``. Raises ProviderError.

    ``check`` is called with the credentials before they are used; what it raises is raised.
    ``settings`` take the place of the credentials of the same names.
    """
    provider = source.provider
    credentials = _credentials_of(source)
    if check is not None:
        check(credentials)
    credentials |= settings
    release_connection()
    ends_at = time.monotonic() + seconds
    take_turn(source, seconds=seconds)
    left = ends_at - time.monotonic()
    kind = provider.kind
    region = kind.default_regions[0] if source.is_region_set else source.region
    with asking_for(provider.owner_id), connect(kind, credentials, region, left) as cloud:
        yield cloud


def _credentials_of(source: Source) -> dict[str, Any]:
    """As they are now: what they refer to is read too."""
    try:
        stored = Credentials.objects.values_list("values", flat=True)
        return references.resolve(stored.get(provider_id=source.provider_id))
    except (DecryptionError, references.ReferenceRefused) as error:
        raise ProviderError(ProviderErrorCode.INVALID_CREDENTIALS, str(error)) from error
    except Credentials.DoesNotExist:
        raise disconnected() from None
