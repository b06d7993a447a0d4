"""Rows from the database in a fraction of Django's time."""

import copy
from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.base import ModelState


class LightlyLoaded(models.Model):
    """A model whose rows are loaded without ``__init__``.

    ``Model.__init__`` reads every column of the model, also those that ``only()`` leaves out, and
    sends two signals that have no receiver here: for a page of a thousand machines that is half of
    the time. A column that is left out is deferred as usual: reading it asks the database.
    """

    class Meta:
        abstract = True

    # The rows of a moment in the past that this one is of; None: it is a present one.
    rows_of_then: ClassVar[models.QuerySet[Any] | None] = None

    def __copy__(self) -> Self:
        """A row of its own with the same columns, without Django's detour through pickling."""
        twin = self.__class__.__new__(self.__class__)
        twin.__dict__ = self.__dict__.copy()
        twin._state = copy.copy(self._state)  # noqa: SLF001 - see from_db
        return twin

    @classmethod
    def from_db(  # type: ignore[override]  # the stubs are of a later Django
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        row = cls.__new__(cls)
        row.__dict__ = dict(zip(field_names, values, strict=True))
        state = ModelState()
        state.adding = False
        state.db = db
        row._state = state  # noqa: SLF001 - what Django itself does in __init__
        return row

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Any] | None = None,
    ) -> None:
        """Also reads a column that was left out: of a row of the past, as it was then."""
        rows = self.rows_of_then if from_queryset is None else from_queryset
        super().refresh_from_db(using, fields, rows)
