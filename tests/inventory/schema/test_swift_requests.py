"""Swift's own behaviour with buckets, through GraphQL and the command line."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from django.utils.dateparse import parse_datetime

from gateway.core.audit.models import AuditEvent
from gateway_client.cli import transfers
from inventory.models import Grant, Role
from jobs.api import Job
from tests.client import GraphQLClient, token_of
from tests.clouds.swift import a_name
from tests.inventory.factories import make_user
from tests.inventory.schema.test_buckets import (
    CREATE,
    DOWNLOAD,
    PUT,
    UPLOAD,
    swift_account,  # noqa: F401  (a fixture)
)

pytestmark = pytest.mark.django_db(transaction=True)
UPDATE = """mutation ($id: ID!) { createDownloadUrl(input: {bucket: $id, key: "k"}) {
    url errors { code } } }"""


def test_a_put_uploads_and_a_get_downloads(swift_account, swift):
    name, bucket = swift_account.bucket("Under_score and Ünicode")

    signed = swift_account.ask(UPLOAD, bucket=bucket, key="a/ü", contentType="text/csv")
    sent = requests.put(
        signed["url"],
        data="a,b",
        headers={one["name"]: one["value"] for one in signed["headers"]},
        timeout=60,
    )
    down = swift_account.ask(DOWNLOAD, bucket=bucket, key="a/ü", expiresIn=60)

    assert (signed["errors"], signed["method"], signed["fields"]) == ([], "PUT", [])
    assert (signed["ticket"], sent.status_code) == (None, 201)
    assert parse_datetime(signed["expiresAt"]) > parse_datetime(down["expiresAt"])
    found = requests.get(down["url"], timeout=60)
    assert (found.text, found.headers["Content-Type"]) == ("a,b", "text/csv")
    assert swift.ask("GET", f"/{name}?format=json").json()[0]["bytes"] == 3
    events = str([*AuditEvent.objects.values()])
    assert "temp_url_sig" not in events


@pytest.mark.parametrize(
    ("given", "field"),
    [({"maxSize": 100.0}, "maxSize"), ({"redirect": "https://example.org/done"}, "redirect")],
)
def test_what_swift_has_no_place_for_is_refused_before_it_is_asked(swift_account, given, field):
    _name, bucket = swift_account.bucket()

    answer = swift_account.ask(UPLOAD, bucket=bucket, key="k", **given)

    assert answer["url"] is None
    [error] = answer["errors"]
    assert (error["code"], error["field"]) == ("NOT_SUPPORTED", field)


@pytest.mark.parametrize("name", ["a/b", "..", "x" * 257])
def test_names_are_swifts(swift_account, name):
    answer = swift_account.ask(CREATE, provider=swift_account.provider.scope, name=name)

    [error] = answer["errors"]
    assert (error["field"], error["code"]) == ("name", "INVALID")
    assert not Job.objects.exists()


def test_metadata_has_no_underscore(swift_account):
    _name, bucket = swift_account.bucket()
    metadata = [{"key": "a_b", "value": "c"}]

    answer = swift_account.ask(PUT, bucket=bucket, key="k", text="t", metadata=metadata)

    assert [(one["code"], one["field"]) for one in answer["errors"]] == [("INVALID", "metadata")]


def test_a_viewer_signs_nothing(swift_account):
    _name, bucket = swift_account.bucket()
    viewer = make_user()
    Grant.objects.create(provider=swift_account.provider, user=viewer, role=Role.VIEWER)

    client = GraphQLClient(token_of(viewer))
    [answer] = client.data(UPDATE, id=bucket).values()

    assert (answer["url"], [one["code"] for one in answer["errors"]]) == (None, ["FORBIDDEN"])


def test_the_command_line_uploads_by_put(swift_account, swift, tmp_path):
    """It asks for a limit first, which Swift does not have."""
    name, bucket = swift_account.bucket()
    path = Path(tmp_path / "report.csv")
    path.write_bytes(b"a,b\n" * 50_000)
    asked = []

    def sign(order):
        asked.append(order.max_size)
        given = order.model_dump(by_alias=True, exclude_none=True)
        answer = swift_account.ask(UPLOAD, **given)
        parts = {key: [SimpleNamespace(**one) for one in answer[key]] for key in LISTS}
        return SimpleNamespace(**{**answer, **parts})

    transfers.upload(SimpleNamespace(sign_upload=sign), path, bucket, "2026/report.csv")

    assert asked == [200_000.0, None]
    assert swift.ask("GET", f"/{name}/2026/report.csv").content == path.read_bytes()


LISTS = ("headers", "fields", "errors")


def test_a_name_of_a_container_may_be_taken(swift_account, swift):
    name = a_name()
    swift.ask("PUT", f"/{name}", headers={"X-Container-Meta-Owner": "ada"})

    job = swift_account.done(CREATE, provider=swift_account.provider.scope, name=name)

    assert (job.state, job.error_code, job.created) == ("FAILED", "CONFLICT", [])
    assert swift.ask("HEAD", f"/{name}").headers["X-Container-Meta-Owner"] == "ada"
