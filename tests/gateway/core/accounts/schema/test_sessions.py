import pytest

from gateway.core.accounts.access_tokens import access_token_issue, access_token_session
from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.sessions import session_begin
from gateway.core.ids import global_id

SESSIONS = "{ sessions { id current address } }"
REVOKE = """mutation ($id: ID!) { revokeSession(input: {id: $id}) {
    id errors { field code message } } }"""
NODE = "query ($id: ID!) { node(id: $id) { id } }"


def gid(session):
    return global_id("Session", session.pk)


@pytest.fixture
def here(ann):
    """Ann, who came with a session."""
    access = access_token_issue(user=ann, session=session_begin(user=ann, address="192.0.2.1"))
    return access_token_session(claims=access.claims)


def test_ones_own_open_sessions_are_listed(run, here, ann, bob):
    other = session_begin(user=ann, address="192.0.2.2")
    session_begin(user=bob)

    assert run(here.user, SESSIONS)["sessions"] == [
        {"id": gid(other), "current": False, "address": "192.0.2.2"},
        {"id": gid(here), "current": True, "address": "192.0.2.1"},
    ]


def test_one_is_ended_from_elsewhere(run, here, ann):
    lost = session_begin(user=ann)
    claims = access_token_issue(user=ann, session=lost).claims

    payload = run(here.user, REVOKE, id=gid(lost))["revokeSession"]

    assert payload == {"id": gid(lost), "errors": []}
    with pytest.raises(BadToken, match="revoked"):
        access_token_session(claims=claims)
    assert [row["id"] for row in run(here.user, SESSIONS)["sessions"]] == [gid(here)]


def test_anothers_session_is_absent_for_superusers_too(run, refused, here, bob, root):
    for asker in (bob, root):
        assert run(asker, NODE, id=gid(here))["node"] is None
        assert refused(asker, REVOKE, id=gid(here))[:2] == ("id", "NOT_FOUND")
    assert run(here.user, NODE, id=gid(here))["node"] == {"id": gid(here)}
