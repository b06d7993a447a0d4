"""The dashboard in a browser: its views, functions that open them, and clouds to show there."""

import json
import re
import time
import uuid

import pytest

from tests.functional.browser import PASSWORD, USERNAME, fill_log_in
from tests.functional.gateway import RemoteClient

VIEWS = [
    "Overview",
    "Machines",
    "Provision",
    "Containers",
    "Storage",
    "Jobs",
    "Schedules",
    "Providers",
    "Changes",
    "Access",
    "Audit",
]
DESKTOP = {"viewport": {"width": 1400, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}}
SESSION_KEY = "gateway.session"  # of the page's localStorage
# A shared session must outlast a test on a busy machine: a page that renews it uses it up.
LASTING_SECONDS = 1800
CONNECT = """mutation ($input: ConnectProviderInput!) {
    connectProvider(input: $input) { provider { id } errors { message } } }"""
DISCONNECT = """mutation ($input: DisconnectProviderInput!) {
    disconnectProvider(input: $input) { errors { message } } }"""
NEW_USER = """mutation ($input: CreateUserInput!) {
    createUser(input: $input) { user { id } errors { message } } }"""
GRANT = """mutation ($input: GrantProviderAccessInput!) {
    grantProviderAccess(input: $input) { errors { message } } }"""


@pytest.fixture
def page(page_of):
    return page_of(**DESKTOP)


@pytest.fixture(scope="module")
def administrator(demo_gateway):
    """One client for all tests of a file: a login hashes the password, which is slow on purpose."""
    return RemoteClient(demo_gateway.url).log_in(USERNAME, PASSWORD)


@pytest.fixture
def simulator(administrator):
    """Connects simulators and returns their ids; disconnects them in the end."""
    connected = []

    def connect(name, deadline_ms=None, **credentials):
        pairs = {"seed": uuid.uuid4().hex, **credentials}.items()
        answer = administrator.data(
            CONNECT,
            input={
                "kind": "simulator",
                "name": name,
                "credentials": [{"name": key, "value": value} for key, value in pairs],
                "deadlineMs": deadline_ms,
            },
        )["connectProvider"]
        assert answer["errors"] == []
        connected.append(answer["provider"]["id"])
        return answer["provider"]["id"]

    yield connect
    for provider in connected:
        answer = administrator.data(DISCONNECT, input={"id": provider})
        assert answer["disconnectProvider"]["errors"] == []


_sessions = {}  # what a page has stored of the administrator's session, by the gateway's address


def open_dashboard(page, view="Overview"):
    """As the administrator, in a session that tests share: a login is slow on purpose.

    A test that ends or renews its session begins with ``log_in``.
    """
    page.goto("/livez")  # a page of the gateway's without a script
    address = page.url.removesuffix("/livez")
    stored = _sessions.get(address)
    if stored is None or not _is_lasting(stored):
        log_in(page)
        _sessions[address] = page.evaluate("key => localStorage.getItem(key)", SESSION_KEY)
    else:
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [SESSION_KEY, stored])
        page.goto("/")
        page.get_by_role("heading", name="Overview").wait_for()
    if view != "Overview":
        show(page, view)


def _is_lasting(stored):
    return json.loads(stored)["expiresAt"] / 1000 - time.time() > LASTING_SECONDS


def log_in(page):
    """By the form, in a session of the page's own."""
    page.goto("/")
    fill_log_in(page)
    page.get_by_role("heading", name="Overview").wait_for()


def show(page, view):
    page.get_by_role("navigation").get_by_role("link", name=view, exact=True).click()
    page.get_by_role("heading", name=view, exact=True).wait_for()


@pytest.fixture
def somebody(administrator):
    """Makes a user, with a role on a provider if one is named. Returns login and password."""

    def make(provider=None, role="VIEWER"):
        login, password = f"user-{uuid.uuid4().hex[:6]}", "a-good-password"
        user = {"login": login, "password": password}
        created = administrator.data(NEW_USER, input=user)["createUser"]
        assert created["errors"] == []
        if provider:
            grant = {"provider": provider, "user": created["user"]["id"], "role": role}
            assert administrator.data(GRANT, input=grant)["grantProviderAccess"]["errors"] == []
        return login, password

    return make


def filter_by(page, text):
    page.get_by_role("searchbox", name="Filter").fill(text)


def answer_to(page, operation, answer):
    """Replaces the gateway's answers to one operation.

    ``answer(route)`` gives what ``route.fulfill`` takes; None: the gateway answers itself. Returns
    the variables of each request, as they are sent.
    """
    sent = []

    def handle(route):
        query = (route.request.post_data_json or {}).get("query", "")
        if not re.match(rf"\s*(query|mutation) {operation}\b", query):
            return route.fallback()
        sent.append(route.request.post_data_json["variables"])
        reply = answer(route)
        return route.continue_() if reply is None else route.fulfill(**reply)

    page.route("**/graphql/", handle)
    return sent
