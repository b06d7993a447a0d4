"""Code repositories."""

from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from gateway.core.accounts.credential import provider_limit
from gateway.core.errors import Conflict, Forbidden, InvalidInput
from inventory.models import Repository
from inventory.selectors.repositories import key_of

# A browser would run what some others name.
URL_SCHEMES = frozenset({"", "http", "https", "ssh", "git"})
LONGEST = {"name": 200, "fullName": 400, "url": 1000}


def repository_create(
    *, creator: Any, url: str, name: str, full_name: str, description: str = ""
) -> Repository:
    """Add a repository that its creator alone sees.

    Raises InvalidInput, and Conflict for the full name of a repository that was imported or that
    the creator added, in whatever spelling. What other users added neither hinders nor shows.
    Raises Forbidden for who came with a token that is limited to some providers.
    """
    if provider_limit(creator) is not None:
        raise Forbidden("A repository belongs to no provider, and this token is limited to some.")
    given = {"name": name.strip(), "fullName": full_name.strip(), "url": url.strip()}
    for field, value in given.items():
        _check(field, value)
    _check_full_name(given["fullName"])
    _check_url(given["url"])
    if Repository.objects.filter(full_name_folded=key_of(given["fullName"]), creator=None).exists():
        raise _taken(given["fullName"])
    try:
        with transaction.atomic():
            return Repository.objects.create(
                creator=creator,
                name=given["name"],
                full_name=given["fullName"],
                owner_login=owner_of(given["fullName"]),
                url=given["url"],
                description=description,
            )
    except IntegrityError:
        raise _taken(given["fullName"]) from None


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
        scheme = urlsplit(url).scheme
    except ValueError:
        raise InvalidInput("Repository URL is not an address", field="url") from None
    if scheme not in URL_SCHEMES:
        raise InvalidInput(f"Repository URL cannot begin with {scheme}:", field="url")
