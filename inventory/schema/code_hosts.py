"""Questions to code hosts, asked while an operation is executed: once for all rows of a page.

The question depends on rows and on the fields selected below, so it cannot be planned before. The
receipts are in ``extensions.sources``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.core.errors import ExpectedError, InvalidInput, NotFound
from gateway.core.graphql.context import Context
from inventory import models
from inventory.live.api import (
    RESOURCES,
    SingleRead,
    ask_source,
    finish_reads,
    receipt_of_failure,
    receipt_without,
    start_reads,
    unsaved_row,
)
from inventory.models import Repository, Source
from inventory.providers import Cloud, ProviderError, ProviderErrorCode
from inventory.records.code_hosting import RepositoryKey
from inventory.records.repository import RepositoryRecord
from inventory.schema.live_answers import note_receipts
from inventory.schema.named import provider_ids_named
from inventory.selectors.code_hosts import (
    REPOSITORIES,
    HostSource,
    host_sources,
    source_at,
)
from inventory.selectors.ids import parse_cloud_id
from inventory.selectors.sources import source_get
from inventory.types import MISSING

NO_HOST = (
    "None of your providers is a code host. Connect one: "
    'connectProvider(input: {kind: "github", …}).'
)

Question = Callable[[Cloud], Any]


KNOWN_NO_MORE = "Its host no longer lists this repository."
NOT_SHOWN = "Its host knows no such repository, or does not show it to this account."
SEVERAL_HOSTS = (
    "Your providers are at several code hosts, and this id does not say at which: name the "
    "provider."
)


class HostAnswers:
    """The hosts that one operation may ask, and their answers: ``context.of(HostAnswers)``."""

    def __init__(self) -> None:
        self.sources: list[HostSource] | None = None
        self.known: dict[tuple[int, str, RepositoryKey], Any] = {}


@dataclass(frozen=True, slots=True)
class HostAnswer:
    """The answer of ``source`` about a repository."""

    source: Source
    value: Any


def ask(context: Context, source: Source, question: Question, *, about: str = "") -> Any:
    """The host's answer. Raises ExpectedError with the host's failure.

    ``about``: the object that the receipt is about.
    """
    answer = ask_source(source, question)
    note_receipts(context, [answer.receipt], about=about)
    if answer.error is not None:
        raise ExpectedError(answer.error.message, code=str(answer.error.code))
    return answer.value


def host_named(context: Context, provider: str, *, field: str = "provider") -> Source:
    """The source of repositories of this provider. Raises InvalidInput and NotFound."""
    [named] = provider_ids_named(context.user, [provider], field=field)
    found = host_sources(user=context.user, providers=[named])
    if not found:
        raise NotFound("This provider is not a code host.", field=field)
    return found[0].source


def host_of_owner(context: Context, login: str) -> Source:
    """The oldest source of repositories that the user may ask about this owner.

    If each is connected for another owner, the oldest: it says so. Raises NotFound.
    """
    found = _sources(context)
    if not found:
        raise NotFound(NO_HOST, field="provider")
    return next((one for one in found if one.may_ask(login)), found[0]).source


def only_host(context: Context) -> Source:
    """The oldest source of repositories of a user whose sources are all at one host.

    Raises NotFound, and InvalidInput for several hosts.
    """
    found = _sources(context)
    if not found:
        raise NotFound(NO_HOST, field="provider")
    if len({one.at and one.at.host for one in found}) > 1:
        raise InvalidInput(SEVERAL_HOSTS, field="provider")
    return found[0].source


def answer_for_page(
    context: Context,
    repository: Repository,
    name: str,
    question: Callable[[Sequence[RepositoryKey]], Question],
) -> HostAnswer:
    """The host's answer about ``repository``. One question is about all rows of its page that the
    host has. ``name``: the question's name.

    Raises NotFound if the host does not know the repository. If the host does not list it any more,
    raises NotFound without a question.
    """
    if repository.state == MISSING:
        raise NotFound(KNOWN_NO_MORE)
    source = _source_of(context, repository)
    if source is None:
        raise NotFound(NO_HOST)
    known = context.of(HostAnswers).known
    place = (source.pk, name, _key(repository))
    if place not in known:
        keys = _keys(context, repository, source)
        found = _asked(context, source, question(keys), f"{source.pk}:{name}")
        for key in keys:
            known[source.pk, name, key] = found(key)
    value = answered_value(known[place])
    if value is None:
        raise NotFound(NOT_SHOWN)
    return HostAnswer(source, value)


def answered_value(value: Any) -> Any:
    """A part of an answer. Raises ExpectedError if it is an error."""
    if isinstance(value, ProviderError):
        raise ExpectedError(value.message, code=str(value.code))
    if isinstance(value, ExpectedError):
        raise value
    return value


def _asked(
    context: Context, source: Source, question: Question, about: str
) -> Callable[[RepositoryKey], Any]:
    """The answer for each key, or the failure, which all rows share.

    A receipt says so if the host failed for some; that it does not know one is an answer.
    """
    try:
        found: Mapping[RepositoryKey, Any] = ask(context, source, question, about=about)
    except ExpectedError as error:
        failure = error
        return lambda _key: failure
    for value in found.values():
        if isinstance(value, ProviderError) and value.code is not ProviderErrorCode.NOT_FOUND:
            note_receipts(context, [receipt_of_failure(source, value)], about=about)
    return found.get


def _sources(context: Context) -> list[HostSource]:
    answers = context.of(HostAnswers)
    if answers.sources is None:
        answers.sources = host_sources(user=context.user)
    return answers.sources


def _source_of(context: Context, repository: Repository) -> Source | None:
    """The source that lists it; of one that was imported or added here, the first of its host."""
    if repository.source_id is not None:
        source: Source = repository.source
        return source
    return source_at(_sources(context), url=repository.url, full_name=repository.full_name)


def _keys(context: Context, repository: Repository, source: Source) -> list[RepositoryKey]:
    """The keys of all rows of its page that ``source`` is asked about, each once."""
    peers = vars(repository).get("peers") or [repository]
    rows = [one for one in peers if one.state != MISSING and _is_asked(context, one, source)]
    return list(dict.fromkeys(_key(one) for one in rows))


def _is_asked(context: Context, repository: Repository, source: Source) -> bool:
    if repository.source_id is not None:
        return bool(repository.source_id == source.pk)
    found = _source_of(context, repository)
    return found is not None and found.pk == source.pk


def _key(repository: Repository) -> RepositoryKey:
    """By the id too: of two rows of one name, one may be gone."""
    return RepositoryKey(repository.full_name, repository.node_id)


def find_repository(user: Any, local: str) -> Repository | None:
    """One that its host lists, by the local part of its id: asked for, and not stored.

    Raises ExpectedError with its host's failure.
    """
    cloud_id = parse_cloud_id(local)
    source = cloud_id and source_get(
        user=user, provider=cloud_id.provider, region=cloud_id.region, resource=REPOSITORIES
    )
    if cloud_id is None or source is None:
        return None
    [answer] = finish_reads(start_reads([SingleRead(source, cloud_id.external_id, 0)])).values()
    found: Any = answer.row
    if found is None and answer.receipt.error is not None:
        raise ExpectedError(answer.receipt.error.message, code=answer.receipt.error.code)
    return found


def row_of(source: Source, record: RepositoryRecord) -> Repository:
    """A row that is not saved, as the source's list would store it."""
    row: Any = unsaved_row(source, RESOURCES[REPOSITORIES].bounded(record))
    return row


def rows_of(
    context: Context, source: Source, records: Sequence[RepositoryRecord]
) -> list[models.Repository]:
    """Like ``row_of``, for one page. A receipt notes the records left out for an unusable id."""
    resource = RESOURCES[REPOSITORIES]
    rows = [row_of(source, record) for record in records if resource.usable(record)]
    unusable = [record for record in records if not resource.usable(record)]
    if unusable:
        note_receipts(
            context, [receipt_without(source, resource, unusable)], about=f"{source.pk}:nodes"
        )
    for row in rows:
        vars(row)["peers"] = rows
    return rows
