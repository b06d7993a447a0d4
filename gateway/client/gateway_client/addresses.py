"""The addresses of a gateway's endpoints."""

import httpx

DEFAULT = "http://127.0.0.1:8000"


def graphql_address(url: str) -> str:
    """``https://gateway.example.org`` with or without ``/graphql/``; returns it with.

    Raises ValueError if it is no address of HTTP.
    """
    try:
        address = httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise ValueError(f"{url!r} is no address: {error}") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise ValueError(f"{url!r} is no address that begins with http:// or https://.")
    path = address.path.rstrip("/")
    return str(
        address.copy_with(path=(path if path.endswith("/graphql") else path + "/graphql") + "/")
    )


def stream_address(graphql: str) -> str:
    """The address of subscriptions beside ``graphql_address``."""
    return graphql.rstrip("/") + "/stream"


def export_address(graphql: str, name: str) -> str:
    """The address of the export ``name``, as ``volumes.csv``, beside ``graphql_address``."""
    address = httpx.URL(graphql)
    folder = address.path.rstrip("/").removesuffix("graphql")
    return str(address.copy_with(path=f"{folder}export/{name}"))
