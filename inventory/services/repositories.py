"""Code repositories."""

from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from gateway.core.accounts.credential import provider_limit
from gateway.core.accounts.locks import lock_user
from gateway.core.errors import Conflict, Forbidden, InvalidInput
from gateway.core.http.urls import UnreadableURL, split_url
from gateway.core.transactions import in_transaction
from inventory.models import Repository
from inventory.selectors.repositories import key_of, search_text_of

# A browser would run what some others name.
URL_SCHEMES = frozenset({"", "http", "https", "ssh", "git"})
# Tells our advisory lock from others' on the same PostgreSQL.
LOCK = 0x7265706F
LONGEST = {"name": 200, "fullName": 400, "url": 1000}


def repository_create(
    *, creator: Any, url: str, name: str, full_name: str, description: str = ""
) -> Repository:
    """Add a repository that its creator alone sees.

    Raises InvalidInput, and Conflict for the full name of a repository that was imported or that
    the creator added, in any spelling. Repositories of other users neither conflict nor show.
    Raises Forbidden for a request with a token that is limited to some providers.
    """
    if provider_limit(creator) is not None:
        raise Forbidden("A repository belongs to no provider, and this token is limited to some.")
    given = {"name": name.strip(), "fullName": full_name.strip(), "url": url.strip()}
    for field, value in given.items():
        _check(field, value)
    _check_full_name(given["fullName"])
    _check_url(given["url"])
    return _insert(
        creator=creator,
        name=given["name"],
        full_name=given["fullName"],
        owner_login=owner_of(given["fullName"]),
        url=given["url"],
        description=description,
        search_text=search_text_of(given["name"], given["fullName"], description),
    )


@in_transaction
def _insert(*, creator: Any, full_name: str, **values: Any) -> Repository:
    """Raises Conflict, and NotFound for a creator who was deleted meanwhile."""
    lock_user(creator)
    lock_imported_names(shared=True)
    if _imported().filter(full_name_folded=key_of(full_name)).exists():
        raise _taken(full_name)
    try:
        with transaction.atomic():
            return Repository.objects.create(creator=creator, full_name=full_name, **values)
    except IntegrityError:
        raise _taken(full_name) from None


def _imported() -> QuerySet[Repository]:
    return Repository.objects.filter(creator=None, source=None)


def lock_imported_names(*, shared: bool = False) -> None:
    """Keep the full names of imported repositories as they are, until the transaction ends.

    ``shared``: for readers that add a missing name; many do so at once. Else for an
    import. SQLite has one write lock, which the transaction took when it began.
    """
    if connection.vendor == "postgresql":
        function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, 0)", [LOCK])


def _taken(full_name: str) -> Conflict:
    return Conflict(f"Repository {full_name} already exists", field="fullName")


def owner_of(full_name: str) -> str:
    """The part before the slash: owner and community alike."""
    return full_name.partition("/")[0]


def _check(field: str, value: str) -> None:
    words = {"name": "name", "fullName": "full name", "url": "URL"}[field]
    if not value:
        raise InvalidInput(f"Repository {words} is required", field=field)
    if len(value) > LONGEST[field]:
        message = f"Repository {words} is longer than {LONGEST[field]} characters"
        raise InvalidInput(message, field=field)


def _check_full_name(full_name: str) -> None:
    if not all(part.strip() for part in full_name.split("/", 1)):
        raise InvalidInput("Repository full name is not <owner>/<name>", field="fullName")


def _check_url(url: str) -> None:
    try:
        scheme = split_url(url).scheme
    except UnreadableURL as problem:
        raise InvalidInput(f"Repository URL cannot be read: {problem}", field="url") from None
    except ValueError:
        raise InvalidInput("Repository URL is not an address", field="url") from None
    if scheme not in URL_SCHEMES:
        raise InvalidInput(f"Repository URL cannot begin with {scheme}:", field="url")
