"""Every mutation × every persona × own, foreign and absent; and that a refusal writes nothing."""

import re
from base64 import b64decode

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from gateway.schema import schema
from tests.inventory.many import MANY
from tests.matrix.kinds import sees
from tests.matrix.mutation_rules import FLAT, MUTATIONS
from tests.matrix.people import Who

REFUSALS = {"FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"}
# The refusal itself is recorded.
WRITES = re.compile(r"^(INSERT|UPDATE|DELETE)(?! INTO \"audit_)", re.IGNORECASE)
# Threads of these mutations ask clouds, and see nothing of an open transaction.
COMMITTED = {"checkProvider"}


def test_every_mutation_has_a_rule():
    fields = schema.graphql_schema.mutation_type.fields.keys()
    changed = (MUTATIONS.keys() | FLAT) ^ fields
    assert not changed, "Say in tests/matrix/mutation_rules.py who may do them."
    assert not MUTATIONS.keys() & FLAT


@pytest.mark.any_database  # rights are decided in Python
def test_every_mutation_by_everybody(world):
    """All are in one test, because making the world takes longer than asking it."""
    for name, rule in MUTATIONS.items():
        for who in Who:
            for account in ("own", "foreign", "none") if rule.kind else ("none",):
                found = outcome(world, name, who, account)
                assert found == expected(rule, who, account), (name, who, account)


def outcome(world, name, who, account, *, more="", credential=None):
    """OK, or the code; what was done is undone. A refusal that writes is a failure.

    ``more``: input beyond the rule's.
    """
    given = f"{written(world, name, account)} {more}"
    query = f"mutation {{ {name}(input: {{{given}}}) {{ errors {{ code }} }} }}"
    connection.queries_log.clear()  # it holds a limited number
    with CaptureQueriesContext(connection) as captured:
        if name in COMMITTED:
            answer = world.ask(who, query, credential=credential)
        else:
            with transaction.atomic():
                answer = world.ask(who, query, credential=credential)
                transaction.set_rollback(True)
    codes = codes_of(answer, name)
    statements = [entry["sql"] for entry in captured]
    if codes & REFUSALS:
        assert not [sql for sql in statements if WRITES.match(sql)], (name, who, account)
    assert len(codes) <= 1
    return next(iter(codes), "OK")


def codes_of(answer, name):
    if answer["errors"]:
        assert answer["data"] == {name: None}
        return {error["extensions"]["code"] for error in answer["errors"]}
    return {error["code"] for error in answer["data"][name]["errors"]}


def written(world, name, account):
    ids = {"own": world.own.ids, "foreign": world.foreign.ids, "none": world.none}[account]
    return re.sub(r"§(\w+)§", lambda found: ids[found[1]], MUTATIONS[name].given)


def expected(rule, who, account):
    if who is Who.NOBODY:
        return "UNAUTHENTICATED"
    if rule.before and who not in rule.who:
        return "FORBIDDEN"
    if rule.kind is None:
        return "OK" if who in rule.who else "FORBIDDEN"
    if account == "none" or not sees(who, rule.kind, account):
        return "NOT_FOUND"
    if account == "foreign":  # all of it is the stranger's own, and superusers' as everything is
        return "OK"
    return "OK" if who in rule.who else "FORBIDDEN"


@pytest.mark.any_database  # rights are decided in Python
def test_a_foreign_object_is_told_as_an_absent_one(world):
    query = "mutation { %s(input: {%s}) { errors { field code message } } }"
    for name, rule in MUTATIONS.items():
        if rule.kind is None:
            continue
        blind = [who for who in Who if not sees(who, rule.kind, "foreign")]
        assert len(blind) >= len(Who) - 2
        for who in blind:
            foreign, none = (
                without_ids(world, world.ask(who, query % (name, written(world, name, account))))
                for account in ("foreign", "none")
            )
            assert foreign == none, (name, who)


def without_ids(world, answer):
    """Some messages repeat the id that was given."""
    text = str(answer)
    for ids in (world.foreign.ids, world.none):
        for local in {ids[one.of] for one in MANY}:
            for value in (local, decoded(local)):
                text = text.replace(value, "ID")
    return text


def decoded(node_id):
    return b64decode(node_id).decode().partition(":")[2]


def test_creating_a_repository(world):
    query = 'mutation { createRepository(url: "u", name: "n", fullName: "%s/n") { id } }'
    for who in Who:
        answer = world.ask(who, query % who)
        created = answer["data"]["createRepository"]
        codes = [error["extensions"]["code"] for error in answer["errors"]]
        assert codes == (["UNAUTHENTICATED"] if who is Who.NOBODY else [])
        assert (created is None) is (who is Who.NOBODY)
