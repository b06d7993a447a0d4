"""Encrypting anew what is stored under an older one of CREDENTIAL_KEYS."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.functions import Cast

from gateway.core.crypto import DecryptionError, EncryptedJSONField, rotate_token
from gateway.core.transactions import in_transaction
from jobs.api import Job, reseal

BATCH = 200  # rows of one short transaction, so that the gateway goes on writing meanwhile


@dataclass(slots=True)
class RotationReport:
    """``locked``: what none of the keys opens, each as "<what> <key>"; it is left as it was."""

    rotated: int = 0
    current: int = 0
    locked: list[str] = field(default_factory=list)

    def add(self, other: "RotationReport") -> None:
        self.rotated += other.rotated
        self.current += other.current
        self.locked += other.locked


def credential_keys_rotate() -> Iterator[RotationReport]:
    """Encrypt every stored secret with the first key; yields the sum so far after each batch.

    A secret that is encrypted with the first key already is left alone, so the next run finishes
    an interrupted one. Rows are locked while they change: what a user saves meanwhile is not lost.
    """
    report = RotationReport()
    for model, name in _encrypted_columns():
        rows = model._default_manager.filter(**{f"{name}__isnull": False})  # noqa: SLF001 - Django's documented API
        tokens = rows.annotate(token=Cast(name, TextField()))
        yield from _in_batches(tokens, "token", partial(_rotate_column, model, name), report)
    # Finished jobs too: retryJob takes their arguments up again.
    yield from _in_batches(Job.objects.all(), "arguments", _rotate_arguments, report)


def _encrypted_columns() -> Iterator[tuple[type[Model], str]]:
    """The columns of all models: provider's credentials, and secrets of webhooks."""
    for model in apps.get_models():
        for column in model._meta.concrete_fields:  # noqa: SLF001 - Django's documented API
            if isinstance(column, EncryptedJSONField):
                yield model, column.name


def _in_batches(
    rows: QuerySet[Any],
    name: str,
    rotate: Callable[[Any, Any], bool],
    report: RotationReport,
) -> Iterator[RotationReport]:
    last: Any = None
    while True:
        last, counted = _rotate_batch(
            rows if last is None else rows.filter(pk__gt=last), name, rotate
        )
        if last is None:
            return
        report.add(counted)
        yield report


@in_transaction
def _rotate_batch(
    rows: QuerySet[Any], name: str, rotate: Callable[[Any, Any], bool]
) -> tuple[Any, RotationReport]:
    """The key of the last row of the first BATCH; None: there is no row."""
    found = rows.order_by("pk").select_for_update(no_key=True).values_list("pk", name)[:BATCH]
    last, report = None, RotationReport()
    for last, value in found:
        _count(f"{rows.model.__name__} {last}", partial(rotate, last, value), report)
    return last, report


def _count(name: str, rotate: Callable[[], bool], report: RotationReport) -> None:
    try:
        if rotate():
            report.rotated += 1
        else:
            report.current += 1
    except DecryptionError:
        report.locked.append(name)


def _rotate_column(model: type[Model], name: str, pk: Any, token: str) -> bool:
    rotated = rotate_token(token)
    if rotated is None:
        return False
    # An expression is written as it is; the field would encrypt it once more.
    stored = Value(rotated, output_field=TextField())
    model._default_manager.filter(pk=pk).update(**{name: stored})  # noqa: SLF001 - as above
    return True


def _rotate_arguments(pk: Any, arguments: dict[str, Any]) -> bool:
    resealed = reseal(arguments)
    if resealed is None:
        return False
    Job.objects.filter(pk=pk).update(arguments=resealed)
    return True
