"""A database as SQL, and back, on SQLite and PostgreSQL."""

import sqlite3
import subprocess

import psycopg

from inventory.providers.simulator.store import Store
from tests.postgres import find_programs

SQLITE = "sqlite:///"


def simulator_url(directory, seed):
    return f"{SQLITE}{Store(directory, seed)._path}"


def dump(url):
    """All statements that make the database anew. PostgreSQL's are its pg_dump's."""
    if url.startswith(SQLITE):
        with sqlite3.connect(url.removeprefix(SQLITE)) as connection:
            return "".join(f"{line}\n" for line in connection.iterdump())
    options = ("--inserts", "--no-owner", "--no-privileges", "--no-comments")
    command = [find_programs() / "pg_dump", *options, url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - PostgreSQL's own
    # A backslash begins a command of psql, two hyphens a remark.
    kept = [line for line in text.splitlines() if line and not line.startswith(("--", "\\"))]
    return "".join(f"{line}\n" for line in kept)


def restore(url, text):
    """Run ``text`` in an empty database."""
    if url.startswith(SQLITE):
        with sqlite3.connect(url.removeprefix(SQLITE)) as connection:
            connection.executescript(text)
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(text.encode())
