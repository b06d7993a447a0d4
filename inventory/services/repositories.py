"""Code repositories."""

from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from gateway.core.errors import Conflict, InvalidInput
from inventory.models import Repository

# A browser would run what some others name.
URL_SCHEMES = frozenset({"", "http", "https", "ssh", "git"})
LONGEST = {"name": 200, "fullName": 400, "url": 1000}


def repository_create(
    *, creator: Any, url: str, name: str, full_name: str, description: str = ""
) -> Repository:
    """Raises InvalidInput, and Conflict for a full name that is taken, in whatever spelling."""
    given = {"name": name.strip(), "fullName": full_name.strip(), "url": url.strip()}
    for field, value in given.items():
        _check(field, value)
    _check_full_name(given["fullName"])
    _check_url(given["url"])
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
        message = f"Repository {given['fullName']} already exists"
        raise Conflict(message, field="fullName") from None


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
