"""A real browser in front of a gateway with its demo clouds: fixtures, and a user's login."""

import shutil
import subprocess

import pytest

from tests.functional.gateway import FIRST_START_SECONDS, Gateway
from tests.postgres import database_for_processes

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # what it does on its own, too
]
PATIENCE_MS = 120_000
USERNAME, PASSWORD = "admin", "correct-horse"

MARKS = [
    pytest.mark.functional,
    pytest.mark.any_database,  # they look at what a browser shows
]


@pytest.fixture(scope="package")
def demo_gateway(tmp_path_factory):
    """A gateway with its demo clouds, for all tests in a browser: see tests/scheduling.py."""
    directory = tmp_path_factory.mktemp("data")
    gateway = Gateway(directory)
    with database_for_processes(directory) as url:
        try:
            gateway.start(
                DATABASE_URL=url, DEMO="1", ADMIN_PASSWORD=PASSWORD, LOGINS_PER_ACCOUNT="1000"
            )
            gateway.wait_until_announced(FIRST_START_SECONDS)
            yield gateway
            assert gateway.end() == 0
        finally:
            gateway.discard()


@pytest.fixture(scope="session")
def chromium():
    """The path of Chromium. Ubuntu's command of that name only asks people to install a snap."""
    for path in filter(None, map(shutil.which, ("chromium", "chromium-browser"))):
        if subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:  # noqa: S603 - as found on PATH
            return path
    return pytest.skip("no Chromium that runs; on Debian: sudo apt-get install chromium")


@pytest.fixture(scope="module")
def browser(chromium):
    """A browser for one module. While it is open, Playwright's event loop runs in this thread, and
    Django refuses every database test there.
    """
    api = pytest.importorskip("playwright.sync_api", reason="no Playwright for this machine")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page_of(browser, demo_gateway):
    """Opens a page for a visitor who was never here: ``page_of(**options of a context)``.

    Whatever a test does on the page, it ends by asserting that no request left the gateway and that
    the console, policy violations included, is clean. ``may_fail``: but for failed requests.
    ``store``: an address where forms may be sent, too. ``refused``: a complaint that is expected.
    """
    contexts, requested, complaints, stores = [], [], [], []

    def complain(message, may_fail, refused):
        offline = may_fail and message.text.startswith("Failed to load resource: net::ERR_")
        if not (offline or (refused and refused in message.text)):
            complaints.append(f"{message.type}: {message.text}")

    def open_page(*, may_fail=False, store=None, refused=None, **options):
        stores.extend(filter(None, [store]))
        context = browser.new_context(base_url=demo_gateway.url, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", lambda request: requested.append(request.url))
        context.on("console", lambda message: complain(message, may_fail, refused))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert requested
    allowed = tuple(f"{address}/" for address in (demo_gateway.url, *stores))
    assert [url for url in requested if not url.startswith(allowed)] == []
    assert complaints == []


@pytest.fixture
def page(page_of):
    return page_of(viewport={"width": 1600, "height": 1000}, device_scale_factor=0.8)


def fill_log_in(form, password=PASSWORD, username=USERNAME):
    """``form``: the page, or the part of it that has the fields."""
    form.get_by_label("User name").fill(username)
    form.get_by_label("Password").fill(password)
    form.get_by_role("button", name="Log in").click()
