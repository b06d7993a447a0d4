"""The pictures of the documentation, taken anew from a gateway with its demo clouds.

    python -m tests.functional.pictures [folder]     make pictures

Needs Playwright and Chromium. The gateway has a data directory of its own and ends with this.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import tests.environment  # noqa: F401 - before Django's settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gateway.settings")

import django

django.setup()

from playwright.sync_api import sync_playwright  # noqa: E402 - these want Django set up

from gateway.run.options import ROOT  # noqa: E402
from tests.functional.browser import ARGUMENTS, PASSWORD, USERNAME, fill_log_in  # noqa: E402
from tests.functional.dashboard import DESKTOP, PHONE, show  # noqa: E402
from tests.functional.gateway import FIRST_START_SECONDS, Gateway, RemoteClient  # noqa: E402
from tests.functional.indexed_png import indexed  # noqa: E402

FOLDER = ROOT / "docs" / "images"
# A phone's scroll bars lie over the page, and take no width.
SIZES = {"desktop": DESKTOP, "phone": {**PHONE, "is_mobile": True, "has_touch": True}}
VIEWS = {"overview": "Overview", "machines": "Machines"}
SETTLED_MS = 2_000  # later than the last notice of a source, and than tooltips


RUNNING = """{ virtualMachines(first: 3, filter: {state: [RUNNING], search: "cache"}) {
    nodes { id } } }"""
STOP = "mutation ($id: ID!) { stopVirtualMachine(input: {id: $id}) { job { id } } }"


def stop_some(url):
    """The overview then has jobs and changes to show."""
    client = RemoteClient(url).log_in(USERNAME, PASSWORD)
    for machine in client.data(RUNNING)["virtualMachines"]["nodes"]:
        client.finished(client.data(STOP, id=machine["id"])["stopVirtualMachine"]["job"]["id"])


def dashboard(page, view):
    page.goto("/")
    fill_log_in(page)
    page.get_by_role("heading", name="Overview").wait_for()
    show(page, view)
    # The page may ask for the list of a cloud once more before all clouds have answered.
    page.get_by_text(re.compile("answering|being asked")).wait_for(state="detached")


def graphiql(page):
    page.goto("/graphql/")
    fill_log_in(page.get_by_role("region", name="Log in"))
    page.get_by_role("status").wait_for()
    page.get_by_role("button", name="Show Examples").click()
    example = "How many machines run, per provider and region?"
    page.get_by_role("button", name=example).click()
    page.keyboard.press("Control+Enter")
    page.get_by_text('"complete"').first.wait_for()  # in the answer: the query has no quotes
    if page.viewport_size["width"] < 700:
        page.mouse.move(0, 0)


def pictures():
    """Each picture: its name, size and colour scheme, and the page's steps before it is taken."""
    for size in SIZES:
        for scheme in ("light", "dark"):
            for name, view in VIEWS.items():
                yield (
                    f"dashboard-{name}",
                    size,
                    scheme,
                    lambda page, view=view: dashboard(page, view),
                )
            yield "graphiql", size, scheme, graphiql


def take(browser, url, folder, wanted):
    for name, size, scheme, prepare in pictures():
        path = folder / f"{name}-{size}-{scheme}.png"
        if path.name not in wanted:
            continue
        context = browser.new_context(base_url=url, color_scheme=scheme, **SIZES[size])
        page = context.new_page()
        prepare(page)
        page.wait_for_timeout(SETTLED_MS)
        path.write_bytes(indexed(page.screenshot()))
        context.close()
        sys.stdout.write(f"{path.name}: {path.stat().st_size // 1024} KB\n")


def shown():
    """The names of the pictures that the documents show."""
    texts = [path.read_text() for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))]
    named = [f"{name}-{size}-{scheme}.png" for name, size, scheme, _prepare in pictures()]
    return {name for name in named if any(f"images/{name}" in text for text in texts)}


def main(folder=FOLDER):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        return "There is no Chromium; on Debian: sudo apt-get install chromium"
    directory = Path(tempfile.mkdtemp(prefix="gateway-pictures-"))
    gateway = Gateway(directory)
    try:
        gateway.start(DEMO="1", ADMIN_PASSWORD=PASSWORD)
        gateway.wait_until_announced(FIRST_START_SECONDS)
        stop_some(gateway.url)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            take(browser, gateway.url, Path(folder), shown())
            browser.close()
        return gateway.end()
    finally:
        gateway.discard()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
