"""The GitHub REST API's replies about repositories. Pure: nothing here does I/O.

Replies of "List organization repositories", "List repositories for a user" and "Get a
repository": docs.github.com/rest/repos/repos. Seven of an entry's hundred keys are read: ``name``,
``full_name``, ``html_url``, ``description``, ``private``, ``visibility`` and ``created_at``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.core.http.urls import split_url
from gateway.core.text import UNSTORABLE, printable
from inventory.imports.errors import ImportFailed
from inventory.services.repositories import LONGEST

MOST_PROBLEMS = 5  # that are named, of one reply


@dataclass(frozen=True, kw_only=True)
class RepositoryRecord:
    """``created_at``: when it came to GitHub; None where the reply does not say."""

    name: str
    full_name: str
    url: str
    description: str
    private: bool
    created_at: datetime | None


def parse_repositories(data: Any, *, origin: str) -> list[RepositoryRecord]:
    """The repositories of one reply: a list, or a single object.

    Raises:
        ImportFailed: it is an error, is something else, or has entries that are no repositories.
    """
    entries = _entries(data, origin)
    problems = [
        f"entry {number} ({_label(entry)}): {problem}"
        for number, entry in enumerate(entries, start=1)
        for problem in _problems(entry)
    ]
    if problems:
        raise ImportFailed(f"{origin} is not a list of repositories.\n{_some(problems)}")
    return [_record(entry) for entry in entries]


def _entries(data: Any, origin: str) -> list[Any]:
    if isinstance(data, list):
        return _flat(data)
    if not isinstance(data, dict):
        kind = type(data).__name__
        raise ImportFailed(f"{origin} holds neither a list nor an object, but JSON of type {kind}.")
    if "message" in data and "full_name" not in data:
        raise ImportFailed(f"{origin} is an error of the GitHub API: {data['message']}")
    return [data]


def _flat(pages: list[Any]) -> list[Any]:
    """The entries of a list, or of a list of pages, as ``gh api --paginate --slurp`` writes it."""
    if any(isinstance(page, list) for page in pages):
        return [one for page in pages for one in (page if isinstance(page, list) else [page])]
    return pages


def _problems(entry: Any) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f"is JSON of type {type(entry).__name__}, not an object"
        return
    for key, holds in REQUIRED.items():
        value = entry.get(key)
        if not isinstance(value, str) or not value.strip():
            yield f"{key} is missing"
        elif problem := holds(value):
            yield f"{key} {problem}"
    for key in ("description", "created_at"):
        if not isinstance(entry.get(key), str | None):
            yield f"{key} is not text"
    if any(UNSTORABLE.search(value) for value in entry.values() if isinstance(value, str)):
        yield "its text holds a character that no database stores"


def _name_problem(name: str) -> str:
    return _length_problem(name, LONGEST["name"])


def _full_name_problem(full_name: str) -> str:
    owner, slash, name = full_name.partition("/")
    if not (owner.strip() and slash and name.strip()) or "/" in name or name in {".", ".."}:
        return "is not of the form <owner>/<name>"
    if len(owner) > LONGEST["name"]:
        return f"has an owner of more than {LONGEST['name']} characters"
    return _length_problem(full_name, LONGEST["fullName"])


def _url_problem(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        return "is not an http or https address"
    try:
        parts = split_url(url)
    except ValueError:
        return "cannot be read as an address"
    if parts.username is not None or parts.password is not None:
        return "holds a user name or a password, and every user would see it"
    return _length_problem(url, LONGEST["url"])


def _length_problem(value: str, most: int) -> str:
    return f"is longer than {most} characters" if len(value) > most else ""


REQUIRED: Mapping[str, Callable[[str], str]] = {
    "name": _name_problem,
    "full_name": _full_name_problem,
    "html_url": _url_problem,
}


def _record(entry: dict[str, Any]) -> RepositoryRecord:
    return RepositoryRecord(
        name=entry["name"].strip(),
        full_name=entry["full_name"].strip(),
        url=entry["html_url"].strip(),
        description=entry.get("description") or "",
        private=_is_private(entry),
        created_at=_time(entry.get("created_at")),
    )


def _is_private(entry: Mapping[str, Any]) -> bool:
    """Reads both keys: a reply cut down to a few keys may have only one of them.

    An entry without both is public: the user who cut it down meant to show the rest.
    """
    visibility = entry.get("visibility")
    if visibility is not None and str(visibility).lower() != "public":
        return True
    return entry.get("private") not in (None, False)


def _time(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None  # it only orders the rows
    return found if found and found.tzinfo else None


def _label(entry: Any) -> str:
    found = entry.get("full_name") or entry.get("name") if isinstance(entry, dict) else None
    return printable(found[:80]) if isinstance(found, str) else "no name"


def _some(problems: list[str]) -> str:
    shown = problems[:MOST_PROBLEMS]
    if more := len(problems) - len(shown):
        shown.append(f"and {more} more")
    return "\n".join(f"  {line}" for line in shown)
