"""Tags of clouds that know words only: ``env:prod`` is env = prod, ``prod`` is prod without value.

Several words may have one key: ``k8s``, ``k8s:worker``. Each is a tag of its own, and a change
leaves the words alone that it does not name:

- to set a key that has one value replaces the value; a key with several values gets one more;
- to set a name with a colon (``k8s:worker``) adds that word, whatever other values the key has;
- to remove a name with a colon removes that word; to remove a name without a colon removes the
  word that is written so, or, if there is none, all words with this key.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from inventory.providers.tags import Pair, TagChange, TagRules, Tags, exactly

# For docs/providers.md.
WORD_LIMITS = (
    "Tags are words: `env:prod` is the tag env = prod.",
    "A key may have several values (`k8s`, `k8s:worker`); all of them are shown.",
    (
        "Setting a key that has one value replaces the value; a key with several values gets one "
        "more."
    ),
    "Setting the key `k8s:mine` with an empty value always adds this word.",
    "Removing `k8s:worker` removes this word only.",
    "Removing `k8s` removes the word `k8s`, or, if there is none, all words with the key k8s.",
)


def pairs_of(words: Iterable[str]) -> tuple[Pair, ...]:
    """All tags, by key and value."""
    return tuple(sorted({_pair_of(word) for word in words}))


def word_of(key: str, value: str) -> str:
    return f"{key}:{value}" if value else key


def words_of(pairs: Iterable[Pair]) -> list[str]:
    """Each word as the cloud writes it, also where a key has the colon."""
    return [_plain(word_of(key, value)) for key, value in pairs]


def _pair_of(word: str) -> Pair:
    key, _, value = word.partition(":")
    return key, value


def _plain(word: str) -> str:
    return word_of(*_pair_of(word))


def _exact(word: str) -> str:
    """The name that stands for this word only: it has a colon."""
    return word if ":" in word else f"{word}:"


class WordRules(TagRules):
    """``word`` returns the text that the cloud compares."""

    def __init__(self, *, word: Callable[[str], str] = exactly) -> None:
        super().__init__(key=word, value=word)

    def plan(self, tags: Tags, wanted: Mapping[str, str], unwanted: Sequence[str]) -> TagChange:
        """The change, word by word."""
        words = words_of(tags)
        removed = [word for name in unwanted for word in self._named(words, name)]
        kept = {self.key(word) for word in words_of(wanted.items())}
        for key in wanted:
            present = self._with_key(words, key)
            if len(present) == 1 and self.key(present[0]) not in kept:
                removed += present
        added = {_exact(word): "" for word in words_of(wanted.items())}
        return TagChange(added, list(dict.fromkeys(map(_exact, removed))))

    def unset(self, tags: Tags, change: TagChange) -> list[Pair]:
        has = {self.compared(pair) for pair in tags}
        wanted = map(_pair_of, words_of(change.wanted.items()))
        return [pair for pair in wanted if self.compared(pair) not in has]

    def unremoved(self, tags: Tags, change: TagChange) -> list[Pair]:
        words = words_of(tags)
        found = [word for name in change.unwanted for word in self._named(words, name)]
        return [_pair_of(word) for word in dict.fromkeys(found)]

    def compared(self, pair: Pair) -> Pair:
        return _pair_of(self.key(word_of(*pair)))

    def replaced(
        self, words: Sequence[str], wanted: Mapping[str, str], unwanted: Sequence[str]
    ) -> list[str]:
        """``words`` after the change; those that it does not name are as they were."""
        tags = pairs_of(words)
        change = self.plan(tags, wanted, unwanted)
        gone = {self.key(word) for word in words_of(self.unremoved(tags, change))}
        kept = [word for word in words if self.key(_plain(word)) not in gone]
        return [*kept, *words_of(self.unset(pairs_of(kept), change))]

    def _named(self, words: Sequence[str], name: str) -> list[str]:
        """The words that a name to remove stands for."""
        exact = [word for word in words if self.key(word) == self.key(_plain(name))]
        return exact if exact or ":" in name else self._with_key(words, name)

    def _with_key(self, words: Sequence[str], key: str) -> list[str]:
        return [word for word in words if self.key(_pair_of(word)[0]) == self.key(key)]


EXACT_WORDS = WordRules()
