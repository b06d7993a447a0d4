"""Files are uploaded from the dashboard to a real store, which needs no CORS for it."""

import uuid

import pytest

from tests.clouds.seaweedfs import a_name
from tests.functional.browser import MARKS
from tests.functional.dashboard import (
    CONNECT,
    DESKTOP,
    DISCONNECT,
    administrator,  # noqa: F401 - fixture
    filter_by,
    open_dashboard,
)

pytestmark = MARKS

BUCKETS = """query ($p: [ID!]) { buckets(filter: {provider: $p}, maxAge: 0) {
    nodes { id name } } }"""
SIGN = """mutation ($input: CreateUploadUrlInput!) {
    createUploadUrl(input: $input) { ticket errors { message } } }"""


class Store:
    """A bucket in SeaweedFS, connected to the gateway."""

    def __init__(self, server, administrator):
        self.client = server.client()
        self.bucket = a_name()
        self.client.create_bucket(Bucket=self.bucket)
        self.administrator = administrator
        credentials = [{"name": n, "value": v} for n, v in server.credentials.items()]
        given = {"kind": "s3", "name": f"Store {uuid.uuid4().hex[:6]}", "credentials": credentials}
        answer = administrator.data(CONNECT, input=given)["connectProvider"]
        assert answer["errors"] == []
        self.provider = answer["provider"]["id"]
        nodes = administrator.data(BUCKETS, p=[self.provider])["buckets"]["nodes"]
        [self.bucket_id] = [each["id"] for each in nodes if each["name"] == self.bucket]

    def ticket(self, **given):
        done = f"{self.administrator.url}/upload/done"
        given = {"bucket": self.bucket_id, "key": "k", "redirect": done, **given}
        answer = self.administrator.data(SIGN, input=given)["createUploadUrl"]
        assert answer["errors"] == []
        return answer["ticket"]

    def read(self, key):
        return self.client.get_object(Bucket=self.bucket, Key=key)

    def keys(self):
        found = self.client.list_objects_v2(Bucket=self.bucket)
        return [each["Key"] for each in found.get("Contents", ())]

    def close(self):
        self.administrator.data(DISCONNECT, input={"id": self.provider})
        self.client.close()


@pytest.fixture
def store(seaweedfs, administrator):
    store = Store(seaweedfs, administrator)
    yield store
    store.close()


@pytest.fixture
def page(page_of, seaweedfs):
    return page_of(store=seaweedfs.url, **DESKTOP)


def open_bucket(page, store):
    open_dashboard(page, "Storage")
    filter_by(page, store.bucket)
    page.get_by_role("link", name=store.bucket).click()
    page.get_by_text("The bucket is empty.").wait_for()


def post_ticket(page, ticket):
    """Post the form as the dashboard does, in the same tab."""
    page.goto("/")
    with page.expect_navigation():
        page.evaluate(
            """ticket => {
              const form = document.createElement("form");
              Object.assign(form, { action: "/upload/", method: "post" });
              const field = Object.assign(document.createElement("input"), { name: "ticket" });
              field.value = ticket;
              form.append(field);
              document.body.append(form);
              form.submit();
            }""",
            ticket,
        )


def test_a_file_is_uploaded_and_replaced_and_the_list_shows_it(page, store):
    open_bucket(page, store)
    page.get_by_role("main").get_by_role("button", name="Upload").click()
    dialog = page.get_by_role("dialog", name="Upload")

    def upload(name, content, button="Upload"):
        file = {"name": name, "mimeType": "text/plain", "buffer": content}
        dialog.get_by_label("File").set_input_files(file)
        with page.expect_popup() as opened:
            dialog.get_by_role("button", name=button).click()
        dialog.get_by_role("status").filter(has_text="Uploaded.").wait_for()
        assert opened.value.is_closed()

    upload("ä report.txt", b"of two clouds")
    objects = page.get_by_role("table", name="Objects")
    objects.get_by_role("row").filter(has_text="ä report.txt").filter(
        has_text="13 bytes"
    ).wait_for()
    found = store.read("ä report.txt")
    assert (found["Body"].read(), found["ContentType"]) == (b"of two clouds", "text/plain")

    upload("ä report.txt", b"of three", button="Replace")
    objects.get_by_role("row").filter(has_text="8 bytes").wait_for()
    assert store.keys() == ["ä report.txt"]
    dialog.get_by_role("button", name="Close", exact=True).last.click()


def test_a_file_that_the_store_refuses_is_not_said_to_be_there(page_of, seaweedfs, store):
    page = page_of(store=seaweedfs.url, refused="status of 400", **DESKTOP)
    post_ticket(page, store.ticket(maxSize=10))
    file = {"name": "large", "mimeType": "text/plain", "buffer": b"12345678901"}
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Upload").click()

    page.get_by_role("status").filter(has_text="The store did not take the file.").wait_for()
    answer = page.frame_locator("iframe")
    answer.get_by_text("EntityTooLarge").first.wait_for()
    assert store.keys() == []

    page.get_by_label("File").set_input_files({**file, "buffer": b"1234567890"})
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("status").filter(has_text="Uploaded.").wait_for()
    answer.get_by_text("The store has the file.").wait_for()
    assert store.keys() == ["k"]


def test_an_expired_form_is_refused_before_a_file_is_sent(page_of, store):
    page = page_of(refused="status of 400", **DESKTOP)
    ticket = store.ticket(expiresIn=1)
    page.goto("/")
    page.wait_for_timeout(1_100)

    post_ticket(page, ticket)

    page.get_by_role("alert").filter(has_text="The form has expired.").wait_for()
    page.get_by_role("link", name="Storage").click()
    page.get_by_role("button", name="Log in").wait_for()
    assert store.keys() == []


def test_a_form_to_a_store_is_sent_from_no_other_page(page_of, seaweedfs):
    page = page_of(refused="form-action", **DESKTOP)
    page.goto("/")
    violated = page.evaluate(
        """address => new Promise(resolve => {
          addEventListener("securitypolicyviolation", event => resolve(event.violatedDirective));
          const form = document.createElement("form");
          Object.assign(form, { action: address, method: "post" });
          document.body.append(form);
          form.submit();
        })""",
        seaweedfs.url,
    )

    assert violated == "form-action"
