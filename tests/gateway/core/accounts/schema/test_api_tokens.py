import pytest

from gateway.core.accounts.api_tokens import api_token_create, api_token_user
from gateway.core.accounts.credential import Scope
from gateway.core.accounts.errors import BadToken
from gateway.core.ids import global_id
from tests.gateway.core.accounts.conftest import PASSWORD

CREATE = """mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) {
    secret apiToken { id name scope lastUsedAt lastUsedFrom } errors { field code message } } }"""
REVOKE = """mutation ($id: ID!) { revokeApiToken(input: {id: $id}) {
    id errors { field code message } } }"""
LIST = "{ apiTokens { id name scope lastUsedFrom } }"
NODE = "query ($id: ID!) { node(id: $id) { id } }"


def test_its_secret_is_shown_once(run, ann):
    made = run(ann, CREATE, input={"name": "ci", "scope": "OPERATE"})["createApiToken"]

    assert made["errors"] == []
    assert api_token_user(secret=made["secret"], address="192.0.2.1") == ann
    (listed,) = run(ann, LIST)["apiTokens"]
    assert listed == {
        "id": made["apiToken"]["id"],
        "name": "ci",
        "scope": "OPERATE",
        "lastUsedFrom": "192.0.2.1",
    }
    assert made["secret"] not in str(listed)


def test_revoking(run, ann):
    made = run(ann, CREATE, input={"name": "ci", "scope": "READ"})["createApiToken"]
    node_id = made["apiToken"]["id"]
    assert run(ann, NODE, id=node_id)["node"] == {"id": node_id}

    payload = run(ann, REVOKE, id=node_id)["revokeApiToken"]

    assert payload == {"id": node_id, "errors": []}
    with pytest.raises(BadToken):
        api_token_user(secret=made["secret"])
    assert run(ann, LIST)["apiTokens"] == []
    assert run(ann, NODE, id=node_id)["node"] is None


def test_anothers_is_absent_for_superusers_too(run, refused, ann, bob, root):
    token, secret = api_token_create(user=ann, name="ci", scope=Scope.READ, days=1)
    node_id = global_id("ApiToken", token.pk)

    for asker in (bob, root):
        assert run(asker, LIST)["apiTokens"] == []
        assert run(asker, NODE, id=node_id)["node"] is None
        assert refused(asker, REVOKE, id=node_id)[:2] == ("id", "NOT_FOUND")
    assert api_token_user(secret=secret) == ann


@pytest.mark.parametrize("revokes", [True, False])
def test_a_change_of_password_ends_tokens_if_asked(run, ann, revokes):
    _token, secret = api_token_create(user=ann, name="ci", scope=Scope.READ, days=1)
    change = """mutation ($old: String!, $revoke: Boolean) { changePassword(input: {
        currentPassword: $old, newPassword: "another-horse", revokeApiTokens: $revoke}) {
            errors { code } } }"""

    assert run(ann, change, old=PASSWORD, revoke=revokes) == {"changePassword": {"errors": []}}

    if revokes:
        with pytest.raises(BadToken):
            api_token_user(secret=secret)
    else:
        assert api_token_user(secret=secret) == ann


def test_a_superuser_who_shuts_a_user_out_ends_their_tokens(run, root, ann):
    _token, secret = api_token_create(user=ann, name="ci", scope=Scope.READ, days=1)
    for active in ("false", "true"):
        run(
            root,
            f"mutation ($id: ID!) {{ updateUser(input: {{id: $id, active: {active}}}) "
            "{ errors { code } } }",
            id=global_id("User", ann.pk),
        )

    with pytest.raises(BadToken):
        api_token_user(secret=secret)
