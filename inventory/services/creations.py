"""Creations of objects: checked against what is known now, then submitted as durable jobs.

``given``: the arguments as the request has them, objects as their rows.
"""

from collections.abc import Mapping
from typing import Any

from gateway.core.errors import InvalidInput, NotSupported
from inventory.models import Provider
from inventory.operations.actions import Creation
from inventory.operations.actions.texts import clean_texts
from inventory.operations.api import account_note, order_for, source_in
from inventory.providers import Capability
from inventory.services.actions import names_of, require, require_region
from inventory.services.dry_run import (
    CLIENT_TOKEN,
    DryRun,
    can_do,
    cloud_of,
    note_verdict,
    noting_failure,
)
from inventory.services.early_refusals import objects_in, refuse_gone_of, require_beside
from inventory.services.tags import MOST_TAGS_OF_NEW, check_names, clean_tags
from jobs import api as jobs
from jobs.api import Job

LONGEST_NAME = 255  # characters; the tightest limit of AWS's names


def creation_submit(
    *,
    creation: Creation,
    provider: Provider,
    given: Mapping[str, Any],
    requested_by: Any,
    idempotency_key: str | None = None,
    asked: Mapping[str, Any] | None = None,
) -> Job:
    """``asked``: as in ``jobs.submit``. Raises NotSupported, NotFound and InvalidInput."""
    require_markable(provider, creation.capability)
    arguments = creation_arguments(creation, provider, given)
    earlier = jobs.find_submitted(
        operation=creation.operation,
        scope=provider.scope,
        asked=arguments if asked is None else asked,
        requested_by=requested_by,
        idempotency_key=idempotency_key,
    )
    if earlier is not None:
        return earlier
    creation.check(given)
    refuse_gone_of(creation.takes, given)
    return jobs.submit(
        operation=creation.operation,
        scope=provider.scope,
        names=names_of(provider, arguments["name"]),
        arguments=arguments,
        requested_by=requested_by,
        idempotency_key=idempotency_key,
        asked=asked,
        identity=account_note(provider),
    )


def creation_dry_run(*, creation: Creation, provider: Provider, given: Mapping[str, Any]) -> DryRun:
    """Checks that the kind can do it, then asks the cloud."""
    run = DryRun()
    arguments = creation_arguments(creation, provider, given)
    creation.check(given)
    if not can_do(run, provider, creation.capability):
        return run
    region = arguments["region"] or provider.regions[0]
    source = source_in(provider, region, creation.target_type)
    with noting_failure(run, "cloud"), cloud_of(source) as cloud:
        order = order_for(creation, arguments, CLIENT_TOKEN)
        note_verdict(run, cloud.check(creation.capability, order=order))
    return run


def creation_arguments(
    creation: Creation, provider: Provider, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments of the job. Raises InvalidInput, and NotFound for an unconnected region."""
    require_region(provider, given.get("region"))
    region = _region_beside(creation, provider, given)
    tags = clean_tags(given.get("tags") or (), field="tags", most=MOST_TAGS_OF_NEW)
    check_names(tags, rules=provider.kind.tags, field="tags")
    given = clean_texts(provider.kind, creation, given)
    return {
        "name": _name(creation, provider, given["name"]),
        "region": region,
        "tags": list(tags.items()),
        **creation.clean(provider, given),
    }


def _region_beside(creation: Creation, provider: Provider, given: Mapping[str, Any]) -> Any:
    """The region of the request, or of the objects that it names. Raises InvalidInput for an
    object that is elsewhere.
    """
    region = given.get("region")
    for name, row in objects_in(creation.takes, given):
        require_beside(row, provider.pk, region or row.region, field=name)
        region = row.region
    return region


def require_markable(provider: Provider, capability: Capability) -> None:
    """Raises NotSupported where the kind cannot do it, and where it keeps no mark by which the
    object would be found after a lost answer: it could be created twice.
    """
    require(provider, capability)
    if why := provider.kind.unmarkable.get(capability):
        raise NotSupported(why)


def _name(creation: Creation, provider: Provider, text: str) -> str:
    """Raises InvalidInput for a name that the kind's documented rules forbid."""
    name = text.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        message = f"A name has 1 to {LONGEST_NAME} printable characters."
        raise InvalidInput(message, field="name")
    rule = provider.kind.name_rules.get(creation.target_type.resource)
    if rule is not None and not rule.pattern.fullmatch(name):
        raise InvalidInput(rule.sentence, field="name")
    return name
