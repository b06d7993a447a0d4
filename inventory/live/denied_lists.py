"""Accounts that may not list all their regions in one call: a refusal is remembered for a while.

Without this, each refresh would send one request that is known to be refused. The memory is a key
in Redis that expires by itself, shared by all processes. It decides only how the regions are
listed, never whether: when Redis is away, the list of all regions is requested again. While a
refusal is remembered, the set of regions is read within the ``maxAge`` of a request: see
``age_limit`` in ``inventory.live.receipts``.
"""

import logging
from collections.abc import Iterable

import redis

from gateway.core.redis import client
from inventory.live.resources import RESOURCES
from inventory.models import Provider, Source
from inventory.models.source import SourceResource

log = logging.getLogger(__name__)

LISTED = (*RESOURCES, SourceResource.REGIONS)
SECONDS = 600  # after new rights were granted, the one list is used within this time


def remember(source: Source) -> None:
    """The account of ``source`` was refused the list of all its regions just now."""
    try:
        client().set(_key(source.provider_id, source.resource), "1", ex=SECONDS)
    except redis.RedisError as error:
        log.warning("The refusal of source %s is not remembered: %s", source.pk, error)


def is_remembered(source: Source) -> bool:
    """True if the account of ``source`` was refused the list within the last SECONDS."""
    try:
        return bool(client().exists(_key(source.provider_id, source.resource)))
    except redis.RedisError as error:
        log.warning("No refusal is known for source %s: %s", source.pk, error)
        return False


def may_be_remembered(provider: Provider) -> bool:
    """True if a refusal of any of the provider's lists of all regions may be remembered.

    True if Redis is away. False for a kind without such a list.
    """
    if not provider.kind.regions_hold_objects:
        return False
    try:
        return bool(client().exists(*(_key(provider.pk, resource) for resource in LISTED)))
    except redis.RedisError as error:
        log.warning("No refusal is known for provider %s: %s", provider.pk, error)
        return True


def forget(provider: Provider, resources: Iterable[str] = LISTED) -> None:
    """Request the lists of all regions again: the account may have other rights now."""
    try:
        client().delete(*(_key(provider.pk, resource) for resource in resources))
    except redis.RedisError as error:
        log.warning("The refusals of provider %s will expire: %s", provider.pk, error)


def _key(provider_id: int, resource: str) -> str:
    return f"live:denied:{provider_id}:{resource}"
