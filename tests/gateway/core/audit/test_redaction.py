from datetime import UTC, datetime

import pytest

from gateway.core.accounts.credential import Scope
from gateway.core.audit.redaction import REDACTED, redacted
from gateway.core.ids import global_id

PROVIDER = global_id("Provider", "x")


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({"id": PROVIDER, "dry_run": True}, {"id": PROVIDER, "dryRun": True}),
        ({"ids": [PROVIDER, "s3cret"]}, {"ids": [PROVIDER, REDACTED]}),
        ({"id": "s3cret"}, {"id": REDACTED}),
        ({"machine": PROVIDER, "volume": "s3cret"}, {"machine": PROVIDER, "volume": REDACTED}),
        ({"password": "s3cret"}, {"password": REDACTED}),
        ({"repository": PROVIDER, "ref": "v1"}, {"repository": PROVIDER, "ref": "v1"}),
        ({"repository": "s3cret"}, {"repository": REDACTED}),
        ({"user_data": "s3cret", "count": 2}, {"userData": REDACTED, "count": 2}),
        ({"scope": Scope.READ, "first": None}, {"scope": "READ", "first": None}),
        ({"since": datetime(2026, 1, 1, tzinfo=UTC)}, {"since": "2026-01-01T00:00:00+00:00"}),
        (
            {"credentials": [{"name": "secret_key", "value": "s3cret"}]},
            {"credentials": [{"name": "secret_key", "value": REDACTED}]},
        ),
        ({"something_new": "s3cret"}, {"somethingNew": REDACTED}),
        ({"something_new": b"s3cret"}, {"somethingNew": REDACTED}),
        ({"name": "x" * 300}, {"name": "x" * 200}),
    ],
)
def test_what_is_written_down(given, written):
    assert redacted(given) == written
