"""The database refuses every SQL statement that changes or removes a row of the audit.

The owner of the table can still drop the triggers or the table. A person who must not be able to
do that must not have the owner's account. On SQLite most changes of a table create it anew, without
its triggers, so a migration that alters one of these tables has to protect it again.
"""

from typing import Any

TABLE = "audit_auditevent"
TABLE_OF_OBJECTS = "audit_auditobject"
TRIGGERS = {TABLE: "audit_no_", TABLE_OF_OBJECTS: "audit_objects_no_"}
WORDS = "the audit is append-only"
SQLITE = f"""CREATE TRIGGER %(name)s BEFORE %(word)s ON %(table)s
    BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"""
POSTGRES_FUNCTION = f"""CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger AS
    $$ BEGIN RAISE EXCEPTION '{WORDS}'; END; $$ LANGUAGE plpgsql"""
POSTGRES = """CREATE TRIGGER %(name)s BEFORE %(word)s ON %(table)s
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"""


def protect(connection: Any, *words: str, table: str = TABLE) -> None:
    """Refuse these of UPDATE and DELETE."""
    template = SQLITE if connection.vendor == "sqlite" else POSTGRES
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(POSTGRES_FUNCTION)
        for word in words:
            name = f"{TRIGGERS[table]}{word}"
            cursor.execute(template % {"name": name, "word": word, "table": table})


def unprotect(connection: Any, *words: str) -> None:
    """For tests, which empty every table after themselves."""
    with connection.cursor() as cursor:
        for table, prefix in TRIGGERS.items():
            place = "" if connection.vendor == "sqlite" else f" ON {table}"
            for word in words:
                cursor.execute(f"DROP TRIGGER IF EXISTS {prefix}{word}{place}")
