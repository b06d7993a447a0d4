"""Tags of clouds that know words only."""

import pytest

from inventory.providers.flat_tags import EXACT_WORDS, WordRules, pairs_of, words_of
from inventory.providers.tags import as_mapping, ignoring_case

CLUSTER = ["k8s", "k8s:2ecd9b36", "k8s:worker", "terraform:default-node-pool"]


@pytest.mark.parametrize(
    ("words", "pairs"),
    [
        ([], ()),
        (["web"], (("web", ""),)),
        (["env:prod", "a:1"], (("a", "1"), ("env", "prod"))),
        (["url:http://h:1"], (("url", "http://h:1"),)),
        (["env:prod", "env:test"], (("env", "prod"), ("env", "test"))),
        (["k8s:worker", "k8s"], (("k8s", ""), ("k8s", "worker"))),
        (["web", "web"], (("web", ""),)),
    ],
)
def test_each_word_is_a_tag(words, pairs):
    assert pairs_of(words) == pairs


def test_pairs_become_the_words_that_they_came_from():
    assert words_of(pairs_of(CLUSTER)) == CLUSTER


@pytest.mark.parametrize(
    ("words", "wanted", "unwanted", "after"),
    [
        (["env:prod", "web"], {"env": "test"}, [], ["web", "env:test"]),
        (["env:prod", "environment:x"], {"env": "prod"}, [], ["env:prod", "environment:x"]),
        (["web"], {"web": "1"}, [], ["web:1"]),
        (["env:prod"], {"env": ""}, [], ["env"]),
        (CLUSTER, {"k8s": "mine"}, [], [*CLUSTER, "k8s:mine"]),
        (CLUSTER, {"k8s": "worker"}, [], CLUSTER),
        (["role:web"], {"role:db": ""}, [], ["role:web", "role:db"]),
        (["role:web"], {"role": "db"}, ["role:web"], ["role:db"]),
        (CLUSTER, {}, ["k8s:worker"], [CLUSTER[0], CLUSTER[1], CLUSTER[3]]),
        (CLUSTER, {}, ["k8s"], CLUSTER[1:]),
        (["role:web", "role:db", "web"], {}, ["role"], ["web"]),
        (["role:web"], {}, ["role:"], ["role:web"]),
        (["role:", "role:web"], {}, ["role"], ["role:web"]),
        (["web"], {}, ["db", "web:1"], ["web"]),
    ],
)
def test_a_change_leaves_the_words_alone_that_it_does_not_name(words, wanted, unwanted, after):
    assert EXACT_WORDS.replaced(words, wanted, unwanted) == after
    change = EXACT_WORDS.plan(pairs_of(words), wanted, unwanted)
    assert EXACT_WORDS.is_done(pairs_of(after), change)
    assert EXACT_WORDS.is_done(pairs_of(words), change) is (after == words)


@pytest.mark.parametrize(
    ("words", "halfway", "wanted", "unwanted", "after"),
    [
        (["role:web"], ["role:web", "role:db"], {"role": "db"}, [], ["role:db"]),
        (CLUSTER, CLUSTER[1:], {}, ["k8s"], CLUSTER[1:]),
        (CLUSTER, [*CLUSTER[1:], "k8s:mine"], {"k8s": "mine"}, ["k8s"], None),
    ],
)
def test_a_planned_change_means_the_same_when_half_of_it_is_done(
    words, halfway, wanted, unwanted, after
):
    """A job whose worker was lost goes on with its plan; it removes nothing else."""
    plan = EXACT_WORDS.plan(pairs_of(words), wanted, unwanted)

    assert EXACT_WORDS.replaced(halfway, plan.wanted, plan.unwanted) == (after or halfway)


def test_words_are_compared_as_the_cloud_compares():
    rules = WordRules(word=ignoring_case)

    assert rules.replaced(["Env:Prod", "web"], {"env": "prod"}, ["WEB"]) == ["Env:Prod"]
    assert rules.is_done((("Env", "Prod"),), rules.plan((), {"env": "PROD"}, []))
    assert EXACT_WORDS.replaced(["Env:Prod"], {"env": "prod"}, []) == ["Env:Prod", "env:prod"]


def test_a_key_with_several_values_is_shown_with_all_of_them():
    assert as_mapping(pairs_of(["k8s", "k8s:worker", "env:prod"])) == {
        "env": "prod",
        "k8s": ["", "worker"],
    }
