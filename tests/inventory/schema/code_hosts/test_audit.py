"""The audit event of a comment: its provider, its subject, and the comment's id."""

import pytest

from gateway.core.audit.models import AuditEvent
from gateway.core.ids import global_id
from tests.clouds.apis.github import OWNER
from tests.clouds.recorded import as_json
from tests.inventory.schema.code_hosts.world import COMMENT

pytestmark = pytest.mark.django_db(transaction=True)


def recorded():
    return AuditEvent.objects.get(action="addComment")


def test_where_and_what(client, github, provider):
    issue = global_id("Issue", f"{provider.public_id}:I_1")

    client.data(COMMENT, id=issue)

    assert recorded().result == {
        "provider": provider.scope,
        "subject": "I_1",
        "comment": f"https://github.com/{OWNER}/boat/issues/1#issuecomment-1",
    }
    assert recorded().names[provider.scope]["name"] == "GitHub"
    assert "Thank you" not in str(recorded().arguments)


def test_where_it_was_tried(client, github, provider):
    github.fault = as_json({"message": "Bad credentials"}, 401)

    client.data(COMMENT, id="I_1")

    assert recorded().outcome == "INVALID_CREDENTIALS"
    assert recorded().result == {"provider": provider.scope, "subject": "I_1"}


def test_each_comment_of_an_operation_has_its_own(client, github, provider):
    comment = 'addComment(input: {subjectId: "%s", body: "x"}) { errors { code } }'
    client.post(f"mutation {{ a: {comment % 'I_1'} b: {comment.replace('x', ' ') % 'I_2'} }}")

    results = AuditEvent.objects.order_by("pk").values_list("result", flat=True)
    assert [one.get("subject") for one in results] == ["I_1", None]
