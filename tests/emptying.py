"""Removes the rows that a test has committed.

Django's flush empties every table and then makes the content types and permissions anew, which
costs more than most tests do.
"""

from functools import cache

from django.db import DEFAULT_DB_ALIAS, connections, transaction

# Made once, when the tables are: no test writes them.
MADE_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}


def empty_tables(alias=DEFAULT_DB_ALIAS):
    """Delete the rows of all tables that have any, in one transaction.

    Foreign keys are looked at when it ends, so the order does not matter.
    """
    connection = connections[alias]
    with transaction.atomic(using=alias), connection.cursor() as cursor:
        cursor.execute(_which_have_rows(alias))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a model's


@cache
def _which_have_rows(alias):
    connection = connections[alias]
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"  # noqa: S608 - see above
        for table in sorted(set(tables) - MADE_BY_MIGRATE)
    )
