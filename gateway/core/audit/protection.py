"""The database refuses every SQL statement that changes or removes a row of the audit.

The owner of the table can still drop the triggers or the table. A person who must not be able to
do that must not have the owner's account. On SQLite most changes of a table create it anew, without
its triggers, so a migration that alters this table has to protect it again.
"""

from typing import Any

TABLE = "audit_auditevent"
WORDS = "the audit is append-only"
SQLITE = f"""CREATE TRIGGER audit_no_%(word)s BEFORE %(word)s ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"""
POSTGRES_FUNCTION = f"""CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger AS
    $$ BEGIN RAISE EXCEPTION '{WORDS}'; END; $$ LANGUAGE plpgsql"""
POSTGRES = f"""CREATE TRIGGER audit_no_%(word)s BEFORE %(word)s ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"""


def protect(connection: Any, *words: str) -> None:
    """Refuse these of UPDATE and DELETE."""
    template = SQLITE if connection.vendor == "sqlite" else POSTGRES
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(POSTGRES_FUNCTION)
        for word in words:
            cursor.execute(template % {"word": word})


def unprotect(connection: Any, *words: str) -> None:
    """For tests, which empty every table after themselves."""
    place = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
    with connection.cursor() as cursor:
        for word in words:
            cursor.execute(f"DROP TRIGGER IF EXISTS audit_no_{word}{place}")
