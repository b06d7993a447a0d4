"""Encrypting anew what is stored under an older one of CREDENTIAL_KEYS."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.functions import Cast

from gateway.core.crypto import DecryptionError, rotate_token
from inventory.models import Credentials
from jobs.models import Job
from jobs.sealed import reseal

BATCH = 200  # rows of one short transaction, so that the gateway goes on writing meanwhile


@dataclass(slots=True)
class RotationReport:
    """``locked``: what none of the keys opens, each as "<what> <key>"; it is left as it was."""

    rotated: int = 0
    current: int = 0
    locked: list[str] = field(default_factory=list)


def credential_keys_rotate() -> Iterator[RotationReport]:
    """Encrypt every stored secret with the first key; yields the sum so far after each batch.

    What is under the first key already is left alone, so a run that was interrupted is finished by
    the next one. Rows are locked while they change: what a user saves meanwhile is not lost.
    """
    report = RotationReport()
    text = Cast("values", TextField())
    tokens = Credentials.objects.annotate(token=text)
    yield from _in_batches(tokens, "token", _rotate_credentials, report)
    # Finished jobs too: retryJob takes their arguments up again.
    yield from _in_batches(Job.objects.all(), "arguments", _rotate_arguments, report)


def _in_batches(
    rows: QuerySet[Any],
    name: str,
    rotate: Callable[[Any, Any], bool],
    report: RotationReport,
) -> Iterator[RotationReport]:
    last: Any = None
    while True:
        with transaction.atomic():
            behind = rows if last is None else rows.filter(pk__gt=last)
            batch = list(behind.order_by("pk").select_for_update().values_list("pk", name)[:BATCH])
            for pk, value in batch:
                _count(rows.model, pk, value, rotate, report)
        if not batch:
            return
        last = batch[-1][0]
        yield report


def _count(
    model: type[Model],
    pk: Any,
    value: Any,
    rotate: Callable[[Any, Any], bool],
    report: RotationReport,
) -> None:
    try:
        if rotate(pk, value):
            report.rotated += 1
        else:
            report.current += 1
    except DecryptionError:
        report.locked.append(f"{model.__name__} {pk}")


def _rotate_credentials(pk: Any, token: str) -> bool:
    rotated = rotate_token(token)
    if rotated is None:
        return False
    # An expression is written as it is; the field would encrypt it once more.
    stored = Value(rotated, output_field=TextField())
    Credentials.objects.filter(pk=pk).update(values=stored)
    return True


def _rotate_arguments(pk: Any, arguments: dict[str, Any]) -> bool:
    resealed = reseal(arguments)
    if resealed is None:
        return False
    Job.objects.filter(pk=pk).update(arguments=resealed)
    return True
