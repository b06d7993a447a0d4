"""GraphiQL as a person meets it: a whole gateway with its demo clouds, and a real browser."""

import json
import re

from gateway.run.options import ROOT
from tests.functional.browser import MARKS, PASSWORD, USERNAME, fill_log_in
from tests.functional.gateway import RemoteClient

LOG_IN = """mutation ($username: String!, $password: String!) {
    tokenAuth(username: $username, password: $password) { token } }"""

# The colour that the browser gives what the page leaves to it.
CANVAS = """() => {
  const element = document.createElement("i");
  element.style.color = "Canvas";
  document.body.append(element);
  return getComputedStyle(element).color;
}"""

pytestmark = MARKS


def log_in(page, password=PASSWORD):
    fill_log_in(page.get_by_role("region", name="Log in"), password)


def logged_in(page):
    page.goto("/graphql/")
    log_in(page)
    page.get_by_role("status").filter(has_text=f"Logged in as {USERNAME}").wait_for()


def code(page, editor):
    """Behind *Headers* lie those and the variables; one of them is shown."""
    return page.get_by_label(editor).locator(".CodeMirror").filter(visible=True)


def text_of(editor):
    return editor.evaluate("editor => editor.CodeMirror.getValue()")


def paste(page, editor, text):
    """Over what an editor holds. It completes brackets that are typed, not those pasted."""
    code(page, editor).click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def paste_query(page, query):
    """Paste a query without a name. GraphiQL changes the tab's title a tenth of a second later.
    Until then it would send the earlier operation's name.
    """
    paste(page, "Query Editor", query)
    page.get_by_role("tab", name="<untitled>").wait_for()


def asking(word):
    """Match the response to a query with this word: the page sends other queries too."""
    return lambda response: word in (response.request.post_data or "")


def answer(page):
    """Run what the editor holds; the JSON that GraphiQL shows."""
    with page.expect_response("**/graphql/"):
        page.get_by_role("button", name="Execute query").click()
    shown = page.locator(".result-window .CodeMirror")
    page.wait_for_function("editor => editor.CodeMirror.getValue()", arg=shown.element_handle())
    return json.loads(text_of(shown))


def test_who_logs_in_runs_the_default_query_as_it_is(page):
    logged_in(page)

    machines = answer(page)["data"]["virtualMachines"]

    assert machines["complete"] is True
    assert len(machines["nodes"]) == 20 < machines["totalCount"]
    names = {source["provider"]["name"] for source in machines["sources"]}
    assert names == {"Demo AWS", "Demo AWS research", "Demo simulator"}
    assert {source["error"] for source in machines["sources"]} == {None}


def test_scroll_bars_have_the_colours_of_the_theme(page_of):
    page = page_of(color_scheme="dark")
    page.goto("/graphql/")
    code(page, "Query Editor").wait_for()

    background = page.evaluate(CANVAS)

    assert background != "rgb(255, 255, 255)"


def test_ctrl_enter_right_after_logging_in_runs_the_starter_query(page):
    page.goto("/graphql/")
    query = code(page, "Query Editor")
    query.get_by_text("virtualMachines").wait_for()  # it can be read without scrolling

    with page.expect_response(asking("tokenAuth")):
        log_in(page)
    page.get_by_role("status").wait_for()
    with page.expect_response(asking("virtualMachines")) as asked:
        page.keyboard.press("Control+Enter")

    found = asked.value.json()
    assert "errors" not in found
    assert found["data"]["virtualMachines"]["complete"] is True, found["extensions"]


def test_a_token_in_the_header_editor_is_enough(page):
    account = {"username": USERNAME, "password": PASSWORD}
    issued = page.request.post("/graphql/", data={"query": LOG_IN, "variables": account}).json()
    headers = {"Authorization": f"JWT {issued['data']['tokenAuth']['token']}"}
    page.goto("/graphql/")
    page.get_by_role("button", name="Headers", exact=True).click()
    paste(page, "Headers", json.dumps(headers))
    paste_query(page, "{ virtualMachines(first: 3) { nodes { name state } } }")

    nodes = answer(page)["data"]["virtualMachines"]["nodes"]

    assert len(nodes) == 3
    assert all(node["name"] and node["state"] for node in nodes)


def test_without_a_token_the_answer_says_what_is_missing(page):
    page.goto("/graphql/")

    shown = answer(page)

    assert shown["data"] == {"virtualMachines": None}
    assert [error["extensions"]["code"] for error in shown["errors"]] == ["UNAUTHENTICATED"]


def test_a_wrong_password_is_told_and_leaves_the_form(page):
    page.goto("/graphql/")

    log_in(page, password="wrong")

    page.get_by_role("alert").filter(has_text="Please enter valid credentials").wait_for()
    log_in(page)
    page.get_by_role("status").wait_for()


def test_the_documentation_opens(page):
    page.goto("/graphql/")

    page.get_by_role("button", name="Show Documentation Explorer").click()
    documentation = page.get_by_role("region", name="Documentation Explorer")
    documentation.get_by_role("link", name="Query", exact=True).click()
    documentation.get_by_role("link", name="virtualMachines", exact=True).click()

    documentation.get_by_text("maxAge", exact=True).wait_for()
    documentation.get_by_role("link", name="VirtualMachineConnection").wait_for()


def test_the_address_without_a_slash_is_the_same_page(page):
    response = page.goto("/graphql")

    assert (response.status, response.request.redirected_from) == (200, None)
    page.get_by_role("region", name="Log in").wait_for()


def test_a_reload_stays_logged_in_and_the_dashboard_is_too(page):
    logged_in(page)
    assert PASSWORD not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert page.context.cookies() == []

    page.reload()
    page.get_by_role("heading", name="Log in").wait_for(state="detached")
    page.get_by_label("Query Editor").locator(".CodeMirror-focused").wait_for()
    with page.expect_response(asking("virtualMachines")) as asked:
        page.keyboard.press("Control+Enter")
    assert "errors" not in asked.value.json()
    page.get_by_role("link", name="Dashboard").click()
    page.get_by_role("heading", name="Overview").wait_for()
    page.get_by_role("button", name="Log out").click()
    page.go_back()

    page.get_by_label("User name").wait_for()


def test_an_example_is_shown_and_runs_and_what_was_written_stays(page):
    logged_in(page)
    page.get_by_role("button", name="Show Examples").click()
    panel = page.get_by_role("region", name="Examples")
    panel.get_by_role("button", name="How many machines run, per provider and region?").click()
    assert answer(page)["data"]["virtualMachinesAggregate"]["complete"] is True
    panel.get_by_role("button", name="What changed since yesterday?").click()
    assert answer(page)["data"]["changes"]["totalCount"] >= 0
    assert page.get_by_role("tab").count() == 1

    paste_query(page, "{ viewer { login } }")
    panel.get_by_role("button", name="Your jobs as they go on").click()

    code(page, "Query Editor").get_by_text("jobUpdated").wait_for()
    page.get_by_role("tab").first.click()
    assert text_of(code(page, "Query Editor")) == "{ viewer { login } }"


def test_on_a_phone_the_query_is_run_and_its_answer_seen(page_of):
    page = page_of(viewport={"width": 390, "height": 844})
    page.goto("/graphql/")
    log_in(page)
    page.get_by_role("status").wait_for()
    page.get_by_role("button", name="Show Examples").click()
    page.get_by_role("button", name="Ask every cloud now").click()
    page.get_by_role("region", name="Examples").wait_for(state="detached")

    assert answer(page)["data"]["virtualMachines"]["complete"] is True

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for seen in (code(page, "Query Editor"), page.locator(".result-window .CodeMirror")):
        box = seen.bounding_box()
        assert box["width"] > 200
        assert box["height"] > 150
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= 844


def test_the_readme_s_query(page):
    query = re.search(r"```graphql\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    logged_in(page)
    paste_query(page, query)
    page.get_by_role("button", name="Prettify query").click()

    machines = answer(page)["data"]["virtualMachines"]

    assert machines["complete"] is True
    assert [node["state"] for node in machines["nodes"]] == ["RUNNING"] * 5


def test_a_subscription_shows_what_happens_until_it_is_stopped(page, demo_gateway):
    client = RemoteClient(demo_gateway.url).log_in(USERNAME, PASSWORD)
    running = "{ virtualMachines(maxAge: 0, filter: {state: [RUNNING]}) { nodes { id } } }"
    machine = client.data(running)["virtualMachines"]["nodes"][0]["id"]
    stop = "mutation ($id: ID!) { stopVirtualMachine(input: {id: $id}) { job { id } } }"
    logged_in(page)
    paste_query(page, "subscription { jobUpdated { id state } }")
    with page.expect_response("**/graphql/stream"):
        page.get_by_role("button", name="Execute query").click()

    job = client.data(stop, id=machine)["stopVirtualMachine"]["job"]["id"]

    shown = page.locator(".result-window .CodeMirror")
    page.wait_for_function(
        "([editor, job]) => editor.CodeMirror.getValue().includes(job)",
        arg=[shown.element_handle(), job],
        timeout=60_000,
    )
    page.get_by_role("button", name="Stop query").click()
    page.get_by_role("button", name="Execute query").wait_for()
