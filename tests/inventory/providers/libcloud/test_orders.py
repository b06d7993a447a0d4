"""Orders through libcloud's drivers: one request makes the machine, and its name has the mark."""

import re
import uuid
from dataclasses import replace

import pytest
import requests
from libcloud.utils import retry

from inventory.providers import Capability, ProviderError, get_kind
from inventory.providers.libcloud.evidence import EVIDENCE
from inventory.providers.libcloud.marks import marked_name, marks_of
from inventory.providers.libcloud.offered import ROWS
from inventory.providers.libcloud.orders import create_machine
from inventory.types import NewMachine
from tests.inventory.providers.libcloud.recorded import Replies, recorded

MARK = "7d8c1f5e-2b7a-4c61-9d5a-0a1b2c3d4e5f"
NAMES = [row.name for row in ROWS]
ORDERING = [row.name for row in ROWS if "provision" in row.can.split()]
OTHERS = [name for name in NAMES if name not in ORDERING]
TAG = ("gateway-job", MARK)


def order_at(cloud):
    """An order of the first size and image, and of a location where the driver takes one."""
    sizes, images = cloud.read("sizes"), cloud.read("images")
    order = NewMachine("web", sizes[0].external_id, images[0].external_id, MARK)
    kind = cloud.kind
    if kind.variant in {"upcloud", "ovh", "vultr"}:
        return replace(order, location_id=cloud.read("locations")[0].external_id)
    return order


class Sent:
    """The requests that change something, while ``name`` is what stands for the marked name."""

    def __init__(self, replies):
        self.plain, self.requests = replies.answer, []
        replies.answer = self.answer

    def answer(self, request):
        if request.method != "GET":
            body = request.body or b""
            text = body if isinstance(body, str) else body.decode()
            self.requests.append(request.url + text)
        return self.plain(request)


@pytest.mark.parametrize("name", ORDERING)
def test_an_order_is_one_request_that_has_the_mark(name):
    with recorded(name) as (cloud, replies):
        order = order_at(cloud)
        sent = Sent(replies)
        made = cloud.create("virtual_machines", "provision", order)

    assert made.external_id
    [request] = sent.requests
    assert marked_name(order) in request
    assert "provision" in EVIDENCE[name].accepted.split()


@pytest.mark.parametrize("name", ORDERING)
def test_a_list_shows_the_mark_where_the_order_put_it(name, monkeypatch):
    """The name that the list shows is replaced in its reply, as if it were the order's."""
    with recorded(name) as (cloud, _replies):
        [shown, *_] = [one for one in cloud.read("virtual_machines") if one.name]
    plain, marked = Replies.answer, f"web-{uuid.UUID(MARK).hex}"

    def answer(replies, request):
        status, body, headers, reason = plain(replies, request)
        text = body.decode() if isinstance(body, bytes) else body
        quoted = rf'(["\'>]){re.escape(shown.name)}(["\'<])'
        return status, re.sub(quoted, rf"\g<1>{marked}\g<2>", text), headers, reason

    monkeypatch.setattr(Replies, "answer", answer)
    with recorded(name) as (cloud, _replies):
        found = [one for one in cloud.read("virtual_machines") if TAG in one.tags]

    assert shown.external_id in {one.external_id for one in found}


@pytest.mark.parametrize("name", ORDERING)
def test_libclouds_own_retries_send_no_order_again(name, monkeypatch):
    """An operator may have set the variable for other programs."""
    with recorded(name) as (cloud, replies):
        order = order_at(cloud)
        plain, sent = replies.answer, []

        def answer(request):
            if request.method == "GET" or "token" in request.url:
                return plain(request)
            sent.append(request.url)
            raise requests.ConnectionError("cut")

        replies.answer = answer
        monkeypatch.setenv("LIBCLOUD_RETRY_FAILED_HTTP_REQUESTS", "1")
        monkeypatch.setattr(retry.time, "sleep", lambda _seconds: None)
        with pytest.raises(ProviderError) as caught:
            cloud.create("virtual_machines", "provision", order)

    assert len(sent) == 1
    assert caught.value.may_have_acted


@pytest.mark.parametrize("name", ORDERING)
def test_an_answer_that_is_lost_is_not_asked_for_again(name):
    with recorded(name) as (cloud, replies):
        order = order_at(cloud)
        plain, lost = replies.answer, []

        def answer(request):
            if request.method == "GET":
                return plain(request)
            lost.append(request)
            return 503, "", {}, "Unavailable"

        replies.answer = answer
        with pytest.raises(ProviderError) as caught:
            cloud.create("virtual_machines", "provision", order)

    assert len(lost) == 1
    assert caught.value.may_have_acted


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize("body", ["", "{}"])
@pytest.mark.parametrize("name", ORDERING)
def test_an_answer_without_a_machine_is_no_success(name, body, status):
    """The job then looks for the machine by its name."""
    with recorded(name) as (cloud, replies):
        order = order_at(cloud)
        plain, sent = replies.answer, []

        def answer(request):
            if request.method == "GET":
                return plain(request)
            sent.append(request)
            return status, body, {}, "OK"

        replies.answer = answer
        with pytest.raises(ProviderError) as caught:
            cloud.create("virtual_machines", "provision", order)

    assert len(sent) == 1
    assert caught.value.may_have_acted


@pytest.mark.parametrize("name", OTHERS)
def test_a_driver_that_takes_no_orders_says_why(name):
    kind = get_kind("libcloud", name)

    assert Capability.PROVISION not in kind.capabilities
    assert EVIDENCE[name].no_order
    assert "provision" not in EVIDENCE[name].accepted


BY_GET = [name for name in OTHERS if "by GET" in EVIDENCE[name].no_order]


@pytest.mark.parametrize("name", BY_GET)
def test_a_driver_that_orders_by_get_is_not_offered(name):
    """A read is sent again when it is answered with 503: such an order could be made twice."""
    with recorded(name) as (cloud, replies):
        driver = cloud._driver
        with cloud._sending():
            size, image = driver.list_sizes()[0], driver.list_images()[0]
            location = str(driver.list_locations()[0].id)
        order = NewMachine("web", str(size.id), str(image.id), MARK, location_id=location)
        plain, sent = replies.answer, []

        def answer(request):
            if marked_name(order) in request.url:
                sent.append(request.method)
            return plain(request)

        replies.answer = answer
        with cloud._sending():
            create_machine(driver, order)

    assert sent == ["GET"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"size_id": "of-nobody"}, "no size 'of-nobody'"),
        ({"image_id": "of-nobody"}, "no image 'of-nobody'"),
        ({"location_id": "of-nobody"}, "no location 'of-nobody'"),
        ({"location_id": None}, "without a location"),
    ],
)
def test_an_order_of_what_the_driver_does_not_list_sends_reads_alone(change, words):
    with recorded("vultr") as (cloud, replies):
        order = replace(order_at(cloud), **change)
        with pytest.raises(ProviderError, match=words):
            cloud.create("virtual_machines", "provision", order)

    assert {method for method, _url in replies.asked} == {"GET"}


def test_a_location_is_refused_where_the_driver_takes_none():
    with recorded("rackspace") as (cloud, _replies):
        order = replace(order_at(cloud), location_id="anywhere")
        with pytest.raises(ProviderError, match="takes no location"):
            cloud.create("virtual_machines", "provision", order)


@pytest.mark.parametrize("name", ["web", "web-1", f"-{'0' * 32}", f"web-{'g' * 32}", ""])
def test_other_names_have_no_mark(name):
    assert marks_of(name) == ()
