"""Rows from the database in a fraction of Django's time."""

import copy
from collections.abc import Collection, Iterable, Iterator
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable, get_related_populators

from inventory.models.conversion import converted

M = TypeVar("M", bound=models.Model)


class RowsByColumns(ModelIterable):  # type: ignore[type-arg]  # the class takes none
    """The same rows as Django's own iterable, whose values are converted column by column."""

    def __iter__(self) -> Iterator[Any]:
        rows: Any = self.queryset
        if rows._known_related_objects:  # noqa: SLF001 - rows of a reverse relation
            yield from super().__iter__()
            return
        compiler: Any = rows.query.get_compiler(using=rows.db)
        found = compiler.execute_sql(chunked_fetch=self.chunked_fetch, chunk_size=self.chunk_size)
        about, annotations = compiler.klass_info, compiler.annotation_col_map
        columns = about["select_fields"]
        own = slice(columns[0], columns[-1] + 1)
        names = [column[0].target.attname for column in compiler.select[own]]
        populators = get_related_populators(about, compiler.select, rows.db)  # type: ignore[call-arg]  # the stubs are of a later Django
        converters = compiler.get_converters(
            [one[0] for one in compiler.select[: compiler.col_count]]
        )
        for part in found:
            for values in converted(part, converters, compiler.connection):
                row = about["model"].from_db(rows.db, names, values[own])
                for populator in populators:
                    populator.populate(values, row)
                for name, position in annotations.items():
                    setattr(row, name, values[position])
                yield row


class LightQuerySet(models.QuerySet[M]):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._iterable_class = RowsByColumns


class LightlyLoaded(models.Model):
    """A model whose rows are loaded without ``__init__``.

    ``Model.__init__`` reads every column of the model, also those that ``only()`` leaves out, and
    sends two signals that have no receiver here: for a page of a thousand machines that is half of
    the time. A column that is left out is deferred as usual: reading it asks the database.
    """

    objects = LightQuerySet.as_manager()

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
