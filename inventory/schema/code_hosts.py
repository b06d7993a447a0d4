"""Questions to hosts of code, asked while an operation is executed: once for all rows of a page.

What is asked depends on rows and on what is selected below, so it cannot be planned before. The
receipts are in ``extensions.sources``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.core.errors import ExpectedError, NotFound
from gateway.core.graphql.context import Context
from gateway.core.ids import local_id
from inventory import models
from inventory.live.api import RESOURCES, ask_source
from inventory.models import Repository, Source
from inventory.providers import Cloud
from inventory.records.code_hosting import RepositoryKey
from inventory.records.repository import RepositoryRecord
from inventory.schema.live_answers import note_receipts
from inventory.schema.named import NO_PROVIDER
from inventory.selectors.code_hosts import (
    REPOSITORIES,
    host_of,
    host_sources,
    source_of_repository,
)

NO_HOST = (
    "None of your providers is a host of code that this is asked of. Connect one: "
    'connectProvider(input: {kind: "github", …}).'
)

Question = Callable[[Cloud], Any]


class HostAnswers(dict[Any, Any]):
    """What one operation was answered: ``context.of(HostAnswers)``."""


def ask(context: Context, source: Source, question: Question, *, about: str = "") -> Any:
    """What the host answers. Raises ExpectedError with the host's failure.

    ``about``: the object that the receipt is about.
    """
    answer = ask_source(source, question)
    note_receipts(context, [answer.receipt], about=about)
    if answer.error is not None:
        raise ExpectedError(answer.error.message, code=str(answer.error.code))
    return answer.value


def host_named(context: Context, provider: str | None, *, field: str = "provider") -> Source:
    """The source of repositories of this provider; None: the oldest that the user may ask.

    Raises InvalidInput, and NotFound where there is none.
    """
    named = None if provider is None else [local_id(provider, of="Provider", field=field)]
    found = host_sources(user=context.user, providers=named)
    if not found:
        raise NotFound(NO_HOST if provider is None else NO_PROVIDER, field=field)
    return found[0]


def answer_for_page(
    context: Context,
    repository: Repository,
    name: str,
    question: Callable[[Sequence[RepositoryKey]], Question],
) -> Any:
    """What is known of ``repository`` by the answer to one question about all rows of its page
    that its host has; None: the host does not know it. ``name``: of the question.
    """
    source = source_of_repository(user=context.user, repository=repository)
    if source is None:
        raise NotFound(NO_HOST)
    known = context.of(HostAnswers)
    place = (source.pk, name, repository.full_name)
    if place not in known:
        keys = _keys(repository)
        found = _asked(context, source, question(keys), f"{source.pk}:{name}")
        for key in keys:
            known[source.pk, name, key.full_name] = found(key)
    value = known[place]
    if isinstance(value, ExpectedError):
        raise value
    return value


def _asked(
    context: Context, source: Source, question: Question, about: str
) -> Callable[[RepositoryKey], Any]:
    """The answer for each key, or the failure, which all rows share."""
    try:
        found: Mapping[RepositoryKey, Any] = ask(context, source, question, about=about)
    except ExpectedError as error:
        failure = error
        return lambda _key: failure
    return found.get


def _keys(repository: Repository) -> list[RepositoryKey]:
    peers = vars(repository).get("peers") or [repository]
    rows = [one for one in peers if one.source_id == repository.source_id]
    if repository.source_id is None:
        host = host_of(repository.url)
        rows = [one for one in rows if host_of(one.url) == host]
    return [RepositoryKey(one.full_name, one.node_id) for one in rows]


def row_of(source: Source, record: RepositoryRecord) -> Repository:
    """A row that is not saved, as the source's list would store it."""
    resource = RESOURCES[REPOSITORIES]
    row: Any = resource.model(
        source=source,
        provider=source.provider,
        region=source.region,
        external_id=record.external_id,
        **resource.values(resource.bounded(record)),
    )
    return row


def rows_of(source: Source, records: Sequence[RepositoryRecord]) -> list[models.Repository]:
    """As ``row_of``, of one page; those without a usable id are left out."""
    resource = RESOURCES[REPOSITORIES]
    rows = [row_of(source, record) for record in records if resource.usable(record)]
    for row in rows:
        vars(row)["peers"] = rows
    return rows
