"""A column that holds another column's folded text, kept in step with it on every save."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from gateway.core.folding import folded

# Characters. PostgreSQL takes at most 2704 bytes into an index of a unique constraint, and a
# character has up to 4 bytes.
LONGEST_INDEXED = 600
MOST_DECOMPOSED = 4  # characters that a composed one may be written with, of nearly all
# SQLite refuses a pattern of more than 50,000 bytes. No stored name is as long.
LONGEST_PART = 10_000

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
else:
    _Text = models.TextField


class FoldedField(_Text):
    """The folded text of the field ``of``. ``save`` and ``bulk_create`` fill it; for ``update``
    there is ``folded_values``.

    ``longest``: characters that are kept; None: all. A column with an index needs it.
    """

    def __init__(self, *, of: str, longest: int | None = None, **options: Any) -> None:
        self.of = of
        self.longest = longest
        given: dict[str, Any] = {"editable": False, "default": "", **options}
        super().__init__(**given)

    def deconstruct(self) -> Any:
        name, path, arguments, options = super().deconstruct()
        return name, path, arguments, {**options, "of": self.of, "longest": self.longest}

    def value_of(self, text: str | None) -> str:
        read = (text or "")[: self.longest and self.longest * MOST_DECOMPOSED]
        return folded(read)[: self.longest]

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002 - Django's signature
        value = self.value_of(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


def folded_fields(model: type[models.Model]) -> list[FoldedField]:
    fields = model._meta.get_fields()  # noqa: SLF001 - Django's documented API
    return [field for field in fields if isinstance(field, FoldedField)]


def folded_values(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, str]:
    """The folded columns that belong to ``values``, for a queryset's ``update``."""
    return {
        field.attname: field.value_of(values[field.of])
        for field in folded_fields(model)
        if field.of in values
    }


def holding(column: str, part: str) -> Q:
    """Rows whose folded ``column`` contains ``part``, without regard to case and normal form.

    Django escapes ``%``, ``_`` and the backslash.
    """
    wanted = folded(part) if len(part) <= LONGEST_PART * MOST_DECOMPOSED else part
    if len(wanted) > LONGEST_PART:
        return Q(pk__in=[])
    return Q(**{f"{column}__contains": wanted})
