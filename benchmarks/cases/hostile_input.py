"""The cost of hostile input, by its size: documents from any client, and texts from a cloud."""

import itertools
from collections.abc import Iterator, Mapping
from functools import partial

from benchmarks.measure import CPU, Subject, timed
from benchmarks.registry import Target, benchmark
from benchmarks.web import Web
from benchmarks.world import World
from gateway.core.redaction import redact

SIZES = (1, 2, 4)
PLAIN = "a plain document"
DEPTH = 13  # fragments that each spread the next one twice: 2 ** 13 selections
KIB = 1024


def _document(size: int) -> str:
    """Of ``size`` × 6 KiB: operations that all spread the same chain of doubling fragments."""
    chain = [f"fragment f{i} on Query{{...f{i + 1} ...f{i + 1}}}" for i in range(DEPTH)]
    chain.append(f"fragment f{DEPTH} on Query{{viewer{{login}}}}")
    operations, text = 0, " ".join(chain)
    while len(text) < size * 6 * KIB:
        text += f" query q{operations}{{...f0}}"
        operations += 1
    return text


def _text(size: int) -> str:
    """Of ``size`` × 10 KiB: words that begin like secrets and are none, without a space."""
    piece = "eyJ-a.token_password=eyJ.b:secret-"
    return (piece * (size * 10 * KIB // len(piece) + 1))[: size * 10 * KIB]


def _named(size: int, unit: int) -> str:
    return f"{size * unit} KiB"


@benchmark(
    "anonymous_document",
    "A request without a login whose document has hundreds of operations over doubling fragments "
    "and is refused, by its size; beside `{ viewer { login } }`.",
    targets=(
        Target(_named(2, 6), _named(1, 6), at_most=2.5, metric=CPU),
        Target(_named(4, 6), _named(1, 6), at_most=5.0, metric=CPU),
        Target(_named(2, 6), PLAIN, metric=CPU),
    ),
)
def anonymous_document(_world: World) -> Iterator[Mapping[str, Subject]]:
    web, numbers = Web(None), itertools.count()

    def ask(document: str) -> bytes:
        """Each time another one: nothing of it is kept from the last time."""
        return web.answer("/graphql/", f"{document} #{next(numbers)}")[1]

    documents = {_named(size, 6): _document(size) for size in SIZES}
    for document in documents.values():
        if b"errors" not in ask(document):
            raise ValueError("The document is not refused.")
    documents[PLAIN] = "{ viewer { login } }"
    yield {name: timed(partial(ask, document), times=5) for name, document in documents.items()}


@benchmark(
    "redaction",
    "Cutting secrets out of one word that a cloud made to look like many secrets, by its size.",
    targets=(
        Target(_named(2, 10), _named(1, 10), at_most=2.5, metric=CPU),
        Target(_named(4, 10), _named(1, 10), at_most=5.0, metric=CPU),
    ),
)
def redaction(_world: World) -> Iterator[Mapping[str, Subject]]:
    texts = {_named(size, 10): _text(size) for size in SIZES}
    yield {name: timed(partial(redact, text), times=20) for name, text in texts.items()}
