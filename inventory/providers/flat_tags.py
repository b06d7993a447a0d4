"""Tags of clouds that know words alone: ``env:prod`` stands for env = prod, ``prod`` for prod."""

from collections.abc import Iterable, Mapping, Sequence


def pairs_of(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """By key; of two words with one key, the later one."""
    pairs = (word.partition(":") for word in words)
    return tuple(sorted({key: value for key, _, value in pairs}.items()))


def word_of(key: str, value: str) -> str:
    return f"{key}:{value}" if value else key


def words_of(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [word_of(key, value) for key, value in pairs]


def replaced(words: Iterable[str], wanted: Mapping[str, str], unwanted: Sequence[str]) -> list[str]:
    """``words`` without the keys of either, and then the wanted ones."""
    keys = {*wanted, *unwanted}
    return [
        *(word for word in words if word.partition(":")[0] not in keys),
        *words_of(wanted.items()),
    ]
