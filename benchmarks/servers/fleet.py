"""Many machines of a few, in a database of PostgreSQL: each stored machine as often as is asked.

Storing half a million machines as listings takes a quarter of an hour. Their copies are inserted by
one statement, with ids, names, sizes and images of their own, and so are their tags.
"""

from typing import Any

import psycopg

MACHINES, TAGS = "inventory_virtualmachine", "inventory_machinetag"
# A copy differs from its machine in these.
DIFFERING = {
    "external_id": "m.external_id || '-' || n",
    "name": "m.name || '-' || n",
    "name_folded": "m.name_folded || '-' || n",
    "size_id": "'size-' || (m.id + n) % 8",
    "image_id": "'image-' || (m.id + n) % 6",
}
COPIES_OF_TAGS = f"""INSERT INTO {TAGS} (machine_id, key, value)
    SELECT m.id, pair.value ->> 0, pair.value ->> 1
    FROM {MACHINES} m, jsonb_array_elements(m.tags) AS pair(value)
    WHERE NOT EXISTS (SELECT 1 FROM {TAGS} t WHERE t.machine_id = m.id)"""  # noqa: S608 - text of this module
COUNT = f"SELECT COUNT(*) FROM {MACHINES}"  # noqa: S608 - as above


def multiply(url: str, times: int) -> int:
    """Returns how many machines there are then."""
    with psycopg.connect(url, autocommit=True) as connection:
        names = _columns(connection)
        values = ", ".join(DIFFERING.get(name, f"m.{name}") for name in names)
        copies = f"""INSERT INTO {MACHINES} ({", ".join(names)})
            SELECT {values} FROM {MACHINES} m, generate_series(1, {times - 1}) n"""  # noqa: S608 - text of this module, and a number
        for statement in (copies, COPIES_OF_TAGS, "VACUUM ANALYZE"):
            connection.execute(statement.encode())
        found = connection.execute(COUNT.encode()).fetchone()
    return int(found[0]) if found else 0


def _columns(connection: "psycopg.Connection[Any]") -> list[str]:
    """Without the id, and what the database computes."""
    found = connection.execute(
        """SELECT column_name FROM information_schema.columns WHERE table_name = %s
        AND is_generated = 'NEVER' AND column_name <> 'id' ORDER BY ordinal_position""",
        [MACHINES],
    )
    return [name for (name,) in found.fetchall()]
