"""From a source to its cloud. Credentials are read at the last moment and kept nowhere."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from gateway.core import references, turns
from gateway.core.asked_for import asking_for
from gateway.core.crypto import DecryptionError
from gateway.core.db import release_connection
from inventory.live.failures import disconnected
from inventory.live.limiter import take_turn
from inventory.models import Credentials, Provider, Source
from inventory.providers import Cloud, ProviderError, ProviderErrorCode, connect

NOTHING: Mapping[str, Any] = MappingProxyType({})


def prepare(sources: Iterable[Source]) -> None:
    """Load what the drivers of sources need. To be called before a deadline of theirs begins."""
    for source in sources:
        source.provider.kind.prepare()


@contextmanager
def connected(
    source: Source,
    seconds: float,
    *,
    credentials: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] = NOTHING,
) -> Iterator[Cloud]:
    """The cloud behind ``source``, to be called within ``seconds``. Raises ProviderError.

    ``credentials``: as ``read_credentials`` returns them; None: they are read now. ``settings``
    take the place of the credentials of the same names.
    """
    provider = source.provider
    known = read_credentials(provider) if credentials is None else credentials
    release_connection()
    ends_at = time.monotonic() + seconds
    kind = provider.kind
    region = kind.default_regions[0] if source.is_region_set else source.region
    with turns.waiting(), asking_for(provider.owner_id):
        take_turn(source, seconds=seconds)
        left = ends_at - time.monotonic()
        with connect(kind, {**known, **settings}, region, left) as cloud:
            yield cloud


def read_credentials(provider: Provider) -> dict[str, Any]:
    """The present credentials, with the secrets that they refer to. Raises ProviderError."""
    try:
        stored = Credentials.objects.values_list("values", flat=True)
        return references.resolve(stored.get(provider_id=provider.pk))
    except (DecryptionError, references.ReferenceRefused) as error:
        raise ProviderError(ProviderErrorCode.INVALID_CREDENTIALS, str(error)) from error
    except Credentials.DoesNotExist:
        raise disconnected() from None
