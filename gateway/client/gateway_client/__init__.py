"""A typed client of the gateway: a method for each operation of ``operations/``, and two streams.

``gateway`` has the sync client, ``async_gateway`` the one for asyncio, and ``generated`` their
methods and types, written by ``make client``. ``streams`` reads server-sent events, ``pages`` puts
pages together, ``patience`` waits where the gateway says so, ``auth`` sends the token and
``addresses`` completes the address. ``cli`` is the command line, which needs the extra ``cli``.
"""

from .async_gateway import AsyncGateway
from .gateway import Gateway
from .generated.exceptions import (
    GraphQLClientError,
    GraphQLClientGraphQLMultiError,
    GraphQLClientHttpError,
)
from .pages import Pages

__all__ = [
    "AsyncGateway",
    "Gateway",
    "GraphQLClientError",
    "GraphQLClientGraphQLMultiError",
    "GraphQLClientHttpError",
    "Pages",
]
