"""SQL by hand for the row of a job.

Each job takes several of these statements, and Django builds a statement anew for each use: that
costs three times as much processor time as to run it.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

from jobs.models import Job
from jobs.models.states import JobState

Row = TypeVar("Row", bound=Model)

TABLE = Job._meta.db_table  # noqa: SLF001 - Django's documented API
FIELDS = Job._meta.concrete_fields  # noqa: SLF001 - as above
# In the order in which ``job_of`` takes the values.
COLUMNS = ", ".join(str(field.column) for field in FIELDS)


def update_statement(
    job_id: object,
    columns: Mapping[str, Any],
    *,
    held: tuple[str, int] | None = None,
    states: Sequence[JobState] = (),
) -> tuple[str, list[Any]]:
    """The UPDATE of a job's row, and its parameters.

    ``held``: the owner and the step of the lease that the row must have. ``states``: those that it
    may be in; empty: any.
    """
    values = [*_prepared(columns), _prepared_value("id", job_id), *(held or ())]
    return _update(tuple(columns), held is not None, tuple(states)), values


@lru_cache(maxsize=100)  # one for each place that changes a job
def _update(columns: Sequence[str], held: bool, states: Sequence[JobState]) -> str:
    changes = ", ".join(f"{_field(name).column} = %s" for name in columns)
    conditions = ["id = %s"]
    if held:
        conditions.append("lease_owner = %s AND step = %s")
    if states:
        conditions.append(f"state IN ({', '.join(repr(str(state)) for state in states)})")
    return f"UPDATE {TABLE} SET {changes} WHERE {' AND '.join(conditions)}"  # noqa: S608 - names of our own


def insert_statement(job: Job) -> tuple[str, list[Any]]:
    """The INSERT of a new job's row, and its parameters."""
    return INSERT, _prepared({field.attname: getattr(job, field.attname) for field in FIELDS})


INSERT = f"INSERT INTO {TABLE} ({COLUMNS}) VALUES ({', '.join(['%s'] * len(FIELDS))})"  # noqa: S608 - as above


def job_of(values: Sequence[Any]) -> Job:
    """A job from a row of the database, whose values are those of COLUMNS."""
    converted = list(values)
    for index, column, converters in _converters(connection.vendor):
        for convert in converters:
            converted[index] = convert(converted[index], column, connection)
    job: Job = Job.from_db(connection.alias, [field.attname for field in FIELDS], converted)
    return job


@cache
def _converters(vendor: str) -> list[tuple[int, Any, list[Any]]]:  # noqa: ARG001 - the cache's key
    """The places of the columns whose values Django converts on this kind of database, and how."""
    found = []
    for index, field in enumerate(FIELDS):
        column = field.get_col(TABLE)
        converters = [
            *connection.ops.get_db_converters(column),
            *column.get_db_converters(connection),
        ]
        if converters:
            found.append((index, column, converters))
    return found


def _prepared(columns: Mapping[str, Any]) -> list[Any]:
    return [_prepared_value(name, value) for name, value in columns.items()]


def _prepared_value(name: str, value: Any) -> Any:
    return _field(name).get_db_prep_save(value, connection)


def _field(name: str) -> Any:
    return Job._meta.get_field(name)  # noqa: SLF001 - as above
