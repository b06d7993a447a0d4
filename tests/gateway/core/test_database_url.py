"""DATABASE_URL is one of two databases, or a clear error without its password."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from gateway.core.database_url import POSTGRESQL, SQLITE, parse_database_url, sqlite_file


@pytest.mark.parametrize(
    ("url", "engine", "name"),
    [
        ("postgres://user:a%40b@db.example.org:5433/gateway", POSTGRESQL, "gateway"),
        ("postgresql://db.example.org/gateway", POSTGRESQL, "gateway"),
        ("postgres://?service=gateway", POSTGRESQL, ""),
        ("sqlite:////data/gateway.sqlite3", SQLITE, "/data/gateway.sqlite3"),
    ],
)
def test_a_database(url, engine, name):
    config = parse_database_url(url)

    assert (config["ENGINE"], config["NAME"]) == (engine, name)


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "gateway:hidden@db.example.org/gateway",
        "mysql://gateway:hidden@db.example.org/gateway",
        "postgis://gateway:hidden@db.example.org/gateway",
        "postgres://gateway:hidden@db.example.org:port/gateway",
        "postgres://gateway:hidden@[::1/gateway",
        "postgres://gateway:hidden@db.example.org",
        "postgres://gateway:hidden@db.example.org/",
        "postgres://",
        "sqlite:",
        "sqlite://",
        "sqlite://:memory:",
        "sqlite:///:memory:",
        "sqlite://hidden/gateway.sqlite3",
    ],
)
def test_another_address_is_refused_and_not_repeated(url):
    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL .*postgres://user") as caught:
        parse_database_url(url)

    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("name", ["plain", "a b", "a#b", "a?b", "a%20b", "ä"])
def test_a_data_directory_has_its_own_database_whatever_its_name(tmp_path, name):
    found = subprocess.run(
        [sys.executable, "-c", "from gateway import settings; print(settings.DATABASES)"],
        env=os.environ | {"DATA_DIR": str(tmp_path / name), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert repr(str(tmp_path / name / "gateway.sqlite3")) in found
    assert sqlite_file(tmp_path / name)["NAME"] == str(tmp_path / name)
