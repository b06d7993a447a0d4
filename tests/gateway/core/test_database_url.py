"""DATABASE_URL is one of two databases, or a clear error without its password."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from gateway.core.database_url import POSTGRESQL, SQLITE, parse_database_url


@pytest.mark.parametrize(
    ("url", "engine", "name"),
    [
        ("postgres://user:a%40b@db.example.org:5433/gateway", POSTGRESQL, "gateway"),
        ("postgresql://db.example.org/gateway", POSTGRESQL, "gateway"),
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
    ],
)
def test_another_address_is_refused_and_not_repeated(url):
    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL .*postgres://user") as caught:
        parse_database_url(url)

    assert "hidden" not in str(caught.value)
