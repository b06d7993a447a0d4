"""Changes and failures while an export runs: each object is in it once, or the client learns that
the file is not whole.
"""

import asyncio
import gc
import weakref

import pytest
from django.utils import timezone

from gateway.core.accounts.models import Session
from gateway.core.audit.models import AuditEvent
from gateway.core.errors import RateLimited
from gateway.core.graphql.execution import Executor
from gateway.exports import export as export_module
from gateway.exports import front
from gateway.schema import export_executor
from inventory.live.store import store_listing
from inventory.models import VirtualMachine
from inventory.resources.volume import Volume
from inventory.schema.table.exported import ExportedPage
from inventory.services.providers import provider_disconnect
from inventory.types import MachineRecord, MachineState
from tests.gateway.exports.client import Response, address, get, make_exports
from tests.gateway.streams.client import SECONDS, scope_of
from tests.inventory.factories import machine_source, make_simulator

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = 5


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch):
    monkeypatch.setattr(export_module, "PAGE_ROWS", PAGE)


class Between(Executor):
    """Does ``deed`` after the first ``pages`` pages were read."""

    def __init__(self, deed, pages=1):
        self.__dict__ |= vars(export_executor)
        self.deed, self.left = deed, pages + 1  # the first operation reads no row

    def run(self, *arguments, **options):
        if self.left == 0:
            self.deed()
        self.left -= 1
        return super().run(*arguments, **options)


def get_with(token, name, deed, *, pages=1, **parameters):
    exports = make_exports(executor=Between(deed, pages))
    found = get(token, name, exports=exports, **parameters)
    exports.close()
    return found


def names(rows):
    return [row["name"] for row in rows]


def test_an_object_that_moves_in_the_list_is_there_once(token, cloud):
    before = names(get(token, "virtualMachines.jsonl").lines[:-1])

    def swap():
        VirtualMachine.objects.filter(name=before[0]).update(name="zzz")
        VirtualMachine.objects.filter(name=before[-1]).update(name="aaa")
        VirtualMachine.objects.filter(name=before[-2]).update(state="UNKNOWN")

    states = {"not": {"state": ["UNKNOWN"]}}
    found = get_with(token, "virtualMachines.jsonl", swap, maxAge="3600", filter=states)

    *rows, trailer = found.lines
    assert names(rows) == [*before[:-1], "aaa"]
    assert rows[-2]["state"] == "UNKNOWN"  # as it was when it was read
    assert (trailer["export"]["complete"], trailer["export"]["rows"]) == (True, 12)
    assert found.is_whole


def test_what_comes_later_is_not_in_the_list_of_the_beginning(token, cloud):
    get(token, "volumes.csv")
    count = Volume.objects.count()

    def add():
        row = Volume.objects.order_by("name").last()
        row.pk, row.external_id, row.name = None, "new", "000"
        row.save()

    found = get_with(token, "volumes.csv", add, pages=0, maxAge="3600")
    assert "000" not in names(found.table)
    assert len(found.table) == count == int(found.headers["x-rows"])
    assert names(get(token, "volumes.csv", maxAge="3600").table)[0] == "000"


def test_rows_that_are_gone_are_missed(ann, token, cloud):
    other = make_simulator(ann, machines=12, name="other")

    def disconnect():
        provider_disconnect(provider=other)

    found = get_with(token, "virtualMachines.jsonl", disconnect, maxAge="0")
    *rows, trailer = found.lines
    said = trailer["export"]
    assert found.headers["x-complete"] == "true"
    assert said["complete"] is False
    assert said["listed"] == 24 > said["rows"] == len(rows) >= 12
    assert found.is_whole  # it says so itself


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_without_a_trailer_such_a_response_is_broken_off(token, cloud, form):
    get(token, "virtualMachines.csv")

    def lose():
        VirtualMachine.objects.order_by("-name").first().delete()

    found = get_with(token, f"virtualMachines.{form}", lose, maxAge="3600")

    assert found.headers["x-complete"] == "true"
    assert found.body
    assert not found.is_whole
    shown = get(token, "virtualMachines.csv", maxAge="3600", trailer="true")
    assert (len(shown.table), shown.is_whole) == (12, True)


def test_csv_with_a_trailer_says_what_is_lost(token, cloud):
    get(token, "virtualMachines.csv")

    def lose():
        VirtualMachine.objects.order_by("-name").first().delete()

    parameters = {"maxAge": "3600", "trailer": "true", "fields": "name,id"}
    found = get_with(token, "virtualMachines.csv", lose, **parameters)
    assert found.is_whole
    last = found.table[-1]
    assert last["name"].startswith('#export {"complete":false,"rows":11,"listed":12')
    assert last["id"] == ""


def test_a_login_that_ends_ends_the_export(token, cloud):
    def log_out():
        Session.objects.update(ended_at=timezone.now())

    found = get_with(token, "virtualMachines.jsonl", log_out)

    *rows, trailer = found.lines
    assert len(rows) == 2 * PAGE  # the second page had been let in
    assert AuditEvent.objects.filter(outcome="UNAUTHENTICATED").exists()
    assert trailer["export"]["error"]["code"] == "UNAUTHENTICATED"
    assert trailer["export"]["complete"] is False
    assert not found.is_whole


def test_a_fault_is_masked_and_breaks_the_response_off(token, cloud, caplog):
    def fail():
        raise RuntimeError("the password is swordfish")

    for form in ("csv", "jsonl", "parquet"):
        found = get_with(token, f"virtualMachines.{form}", fail)
        assert found.status == 200
        assert not found.is_whole
        assert b"swordfish" not in found.body
        assert (b'"code":"INTERNAL"' in found.body) is (form == "jsonl")
    assert "swordfish" in caplog.text


def test_a_budget_that_is_spent_slows_it_down(token, cloud):
    refused = []

    def refuse():
        if len(refused) < 3:
            refused.append(1)
            raise RateLimited("Later.", retry_after=0)

    class Later(Between):
        def run(self, *arguments, **options):
            if self.left == 0:
                self.deed()
                self.left = 1
            return super().run(*arguments, **options)

    exports = make_exports(executor=Later(refuse))
    found = get(token, "virtualMachines.csv", exports=exports)
    exports.close()
    assert len(refused) == 3
    assert (len({row["id"] for row in found.table}), found.is_whole) == (12, True)


def test_a_page_that_costs_too_much_is_halved(token, cloud, settings, monkeypatch):
    monkeypatch.setattr(export_module, "PAGE_ROWS", 500)
    monkeypatch.setattr(export_module, "FEWEST_ROWS", 1)
    settings.GRAPHQL_LIMITS = settings.GRAPHQL_LIMITS | {"cost": 180}

    found = get(token, "virtualMachines.csv")
    assert (len(found.table), found.is_whole) == (12, True)

    settings.GRAPHQL_LIMITS = settings.GRAPHQL_LIMITS | {"cost": 105}
    assert not get(token, "virtualMachines.csv").is_whole


def test_only_rows_of_a_page_or_two_are_held(ann, token, cloud, monkeypatch):
    source = machine_source(cloud)
    records = [
        MachineRecord(f"vm-{number}", f"m-{number}", MachineState.RUNNING, "running")
        for number in range(60)
    ]
    store_listing(source.pk, records, started_at=timezone.now())
    held, most = weakref.WeakSet(), []
    fetch = ExportedPage.fetch

    def counted(page):
        rows = fetch(page)
        assert len(rows) <= PAGE
        gc.collect()  # rows of a page know each other
        held.update(rows)
        most.append(len(held))
        return rows

    monkeypatch.setattr(ExportedPage, "fetch", counted)
    found = get(token, "virtualMachines.csv", maxAge="3600")
    assert len(found.table) == 60
    assert len(most) == 60 / PAGE
    assert max(most) <= 2 * PAGE


def test_a_client_that_goes_away_ends_it(token, cloud):
    """It takes the header line and the first page, and then leaves."""
    gone, pages = asyncio.Event(), []
    exports = make_exports(executor=Between(lambda: pages.append(1), pages=0))
    path, _ = address("virtualMachines.csv")
    scope = scope_of("GET", token) | {"path": path, "raw_path": path.encode()}
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    class Leaving(Response):
        async def send(self, message):
            await super().send(message)
            if self.body.count(b"\r\n") > 1:
                gone.set()
                await asyncio.Event().wait()

    response = Leaving()

    async def run():
        async with asyncio.timeout(SECONDS):
            await exports.serve(scope, receive, response.send)

    asyncio.run(run())
    exports.close()
    assert response.body.count(b"\r\n") == 1 + PAGE
    assert not response.is_whole
    assert len(pages) == 1


def test_a_client_that_does_not_read_is_dropped(token, cloud, monkeypatch):
    monkeypatch.setattr(front, "SEND_SECONDS", 0.05)
    exports = make_exports()
    path, _ = address("virtualMachines.csv")
    scope = scope_of("GET", token) | {"path": path, "raw_path": path.encode()}
    messages = [{"type": "http.request", "body": b"", "more_body": False}]
    started = []

    async def receive():
        if messages:
            return messages.pop()
        return await asyncio.Event().wait()

    async def send(message):
        started.append(message["type"])
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def run():
        async with asyncio.timeout(SECONDS):
            await exports.serve(scope, receive, send)

    asyncio.run(run())
    exports.close()
    assert started == ["http.response.start", "http.response.body"]
