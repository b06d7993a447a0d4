"""Questions about several repositories: each has an answer of its own, or an error of its own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from libcloud.common.types import MalformedResponseError

from gateway.core.http.budget import budget_in_use
from inventory.providers.exceptions import ProviderError, map_provider_errors
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.github import queries
from inventory.providers.github.answers import LEFT_OUT, Answer
from inventory.providers.reading import Reading
from inventory.providers.rest import segment
from inventory.records.code_hosting import RepositoryKey

MOST_REQUESTS = 30  # of one question, where each repository takes one
SHARE = 0.9  # of the time that is left; in the rest the answers are passed on
GONE = "GitHub has no such repository, or does not show it to this account."
OUT_OF_TIME = "It was not asked about: the others took all of the time. Ask about fewer at once."
# Errors of one repository. After any other one the next request would fail too, or do harm.
OF_ONE = frozenset(
    {
        Code.NOT_FOUND,
        Code.PERMISSION_DENIED,
        Code.NOT_SUPPORTED,
        Code.INVALID_REQUEST,
        Code.CONFLICT,
        Code.PROVIDER_ERROR,
        Code.TIMEOUT,
    }
)
T = TypeVar("T")


def each_repository(
    repositories: Sequence[RepositoryKey], read: Callable[[RepositoryKey], T | ProviderError]
) -> Mapping[RepositoryKey, T | ProviderError]:
    """The result of ``read`` for each, one after the other, or the error of that repository.

    The answers that came in time are kept. Raises ProviderError for an error that is of the account
    or of the connection, as a rate limit is.
    """
    known: dict[RepositoryKey, T | ProviderError] = {}
    budget = budget_in_use()
    with budget.narrowed(SHARE):
        for one in repositories:
            if known and budget.left <= 0:
                known[one] = ProviderError(Code.TIMEOUT, OUT_OF_TIME)
            else:
                known[one] = _read(one, read)
    return known


def _read(
    one: RepositoryKey, read: Callable[[RepositoryKey], T | ProviderError]
) -> T | ProviderError:
    try:
        with map_provider_errors():
            return read(one)
    except ProviderError as error:
        if error.code not in OF_ONE:
            raise
        return error


def nodes_by_id(answer: Answer, count: int) -> Iterator[Reading | ProviderError]:
    """The objects of ``nodes(ids:)``, in the order of the ids, or why there is none.

    The position identifies an object. GitHub may answer an id of the old format with the id in the
    new format,
    https://docs.github.com/en/graphql/guides/migrating-graphql-global-node-ids
    An object whose fields were refused in part counts as refused.
    """
    answer.only_below(("nodes",))
    nodes = answer.data.get("nodes")
    if not isinstance(nodes, list) or len(nodes) != count:
        raise MalformedResponseError("The answer does not have an object for each id.")
    for at, node in enumerate(nodes):
        error = answer.about("nodes", at)
        if error is not None and error.code is Code.NOT_FOUND:
            yield ProviderError(Code.NOT_FOUND, GONE)
        elif error is not None:
            yield error
        elif not isinstance(node, dict) or not node:
            yield ProviderError(Code.PROVIDER_ERROR, LEFT_OUT)
        else:
            yield Reading(node)


def objects_of(page: Reading) -> list[Reading]:
    """The objects of ``nodes``. A value that cannot be read is noted in ``page``."""
    if page.is_null("nodes"):
        page.note("nodes", "a list")
    return page.parts("nodes")


def unreadable(found: Reading) -> ProviderError | None:
    """The error for an answer of which a part could not be read; None if all of it was."""
    return None if found.problem is None else ProviderError(Code.PROVIDER_ERROR, found.problem)


def chunks(repositories: Sequence[RepositoryKey]) -> Iterator[Sequence[RepositoryKey]]:
    for at in range(0, len(repositories), queries.PAGE):
        yield repositories[at : at + queries.PAGE]


def check_number(repositories: Sequence[RepositoryKey]) -> None:
    """Raises ProviderError for more than one question may be about."""
    if len(repositories) > MOST_REQUESTS:
        message = (
            f"GitHub is sent a request for each repository here: ask about {MOST_REQUESTS} at most "
            f"at once, not {len(repositories)}."
        )
        raise ProviderError(Code.INVALID_REQUEST, message, retryable=False)


def path_of(one: RepositoryKey) -> str:
    owner, _, name = one.full_name.partition("/")
    return f"/repos/{segment(owner)}/{segment(name)}"
