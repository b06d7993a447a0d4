"""Tasks of operators in the dashboard, from the first click to the result."""

import statistics
import uuid
from itertools import pairwise

from tests.functional.browser import MARKS, fill_log_in
from tests.functional.dashboard import (
    administrator,  # noqa: F401 - fixture
    answer_to,
    filter_by,
    open_dashboard,
    page,  # noqa: F401 - fixture
    show,
    simulator,  # noqa: F401 - fixture
    somebody,  # noqa: F401 - fixture
)
from tests.functional.gateway import RemoteClient

pytestmark = MARKS

STATES = "query ($p: [ID!]) { virtualMachines(filter: {provider: $p}) { nodes { state name } } }"
JOBS = "query ($p: [ID!]) { jobs(filter: {provider: $p}) { nodes { id state } totalCount } }"
SCHEDULE = """mutation ($input: CreateScheduleInput!) {
    createSchedule(input: $input) { schedule { id } errors { message } } }"""
DELETE_SCHEDULE = """mutation ($input: DeleteScheduleInput!) {
    deleteSchedule(input: $input) { errors { message } } }"""
COUNT_CLICKS = """() => {
  window.clicks = 0;
  addEventListener("click", () => { window.clicks += 1; }, true);
}"""
WORDS = ("web", "10.")  # parts of names, and of addresses
# A change of the filter, and the picture after it.
KEYSTROKE = """(text) => new Promise(resolve => {
  const input = document.querySelector("input.filter");
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  requestAnimationFrame(() => setTimeout(resolve));
})"""


def machines(administrator, provider):
    nodes = administrator.data(STATES, p=[provider])["virtualMachines"]["nodes"]
    assert nodes
    return nodes


def test_a_teacher_switches_a_lab_off_in_ten_clicks(page, simulator, administrator):
    lab = f"Lab {uuid.uuid4().hex[:6]}"
    provider = simulator(lab, machines="20", boot_ms="100")
    open_dashboard(page)
    page.evaluate(COUNT_CLICKS)

    show(page, "Machines")
    page.keyboard.press("/")
    page.keyboard.type(lab)
    page.get_by_role("combobox", name="State").select_option("RUNNING")
    page.get_by_role("row").nth(2).wait_for()
    page.get_by_role("checkbox", name="Select all that match").check()
    page.get_by_role("button", name="Stop", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Stop").click()
    page.get_by_text("the job has succeeded").wait_for()

    assert 4 <= page.evaluate("() => window.clicks") <= 10
    for job in administrator.data(JOBS, p=[provider])["jobs"]["nodes"]:
        assert administrator.finished(job["id"])["state"] == "SUCCEEDED"
    states = {machine["state"] for machine in machines(administrator, provider)}
    assert "STOPPED" in states
    assert "RUNNING" not in states
    page.get_by_text("No machine matches.").wait_for()


def test_a_job_is_canceled(page, simulator, administrator):
    name = f"Canceling {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="24", boot_ms="600000")  # so that some are stopped
    stopped = next(m for m in machines(administrator, provider) if m["state"] == "STOPPED")
    open_dashboard(page, "Machines")
    filter_by(page, f"{name} {stopped['name']}")
    page.get_by_role("checkbox", name=f"Select {stopped['name']}", exact=True).check()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=f"Start {stopped['name']}").click()
    page.get_by_role("link", name="Show jobs").click()
    job = page.get_by_role("row").filter(has_text=stopped["name"]).first

    job.get_by_role("button", name="Cancel").click()

    job.get_by_text("Canceled").wait_for()
    nodes = administrator.data(JOBS, p=[provider])["jobs"]["nodes"]
    assert [node["state"] for node in nodes] == ["CANCELED"]  # of one machine: one job


def test_the_palette_offers_an_action_and_its_dialog_opens(page, simulator, administrator):
    name = f"Acting {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="24")
    running = next(m for m in machines(administrator, provider) if m["state"] == "RUNNING")
    open_dashboard(page, "Machines")
    filter_by(page, name)
    page.get_by_role("link", name=running["name"]).wait_for()

    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Go to").fill(f"stop {running['name']}")
    page.get_by_role("option", name=f"Stop {running['name']}").first.wait_for()
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog", name=f"Stop {running['name']}")
    dialog.get_by_role("button", name="Close", exact=True).last.click()
    page.get_by_role("heading", name=running["name"]).wait_for()
    assert "do=" not in page.url
    assert administrator.data(JOBS, p=[provider])["jobs"]["totalCount"] == 0


def test_a_machine_names_its_volumes_groups_and_how_to_log_in(page):
    machine = {
        "rawState": "running",
        "sshCommand": "ssh -i lab.pem admin@192.0.2.7",
        "volumes": [{"id": "v", "name": "data", "externalId": "vol-1", "size": 40}],
        "securityGroups": [{"id": "g", "name": "web", "openToWorld": True}],
        "keyPair": {"id": "k", "name": "lab"},
        "changes": [],
    }
    asked = answer_to(
        page, "MachineDetails", lambda _route: {"json": {"data": {"virtualMachine": machine}}}
    )
    open_dashboard(page, "Machines")
    filter_by(page, "cache-001")
    page.get_by_role("link", name="cache-001").click()

    for fact in ("ssh -i lab.pem admin@192.0.2.7", "data (40 GiB)", "web (open to the world)"):
        page.get_by_text(fact, exact=True).wait_for()
    assert asked


def test_a_schedule_is_run_at_once_after_its_dry_run(page, simulator, administrator):
    name = f"Running {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="6", boot_ms="100")
    running = [m["name"] for m in machines(administrator, provider) if m["state"] == "RUNNING"]
    given = {
        "name": name,
        "operation": "virtual_machine.stop",
        "cron": "0 19 * * mon-fri",
        "filter": {"provider": [provider], "state": ["RUNNING"]},
    }
    answer = administrator.data(SCHEDULE, input=given)["createSchedule"]
    assert answer["errors"] == []
    open_dashboard(page, "Schedules")
    page.get_by_role("region", name=name).get_by_role("button", name="Run now").click()
    dialog = page.get_by_role("dialog", name=f"Run {name} now")
    dialog.get_by_text(f"It would act on {len(running)} machine").wait_for()
    dialog.get_by_text(running[0]).wait_for()
    assert administrator.data(JOBS, p=[provider])["jobs"]["totalCount"] == 0

    dialog.get_by_role("button", name="Run now").dblclick()

    page.get_by_role("heading", name="Jobs").wait_for()
    jobs = administrator.data(JOBS, p=[provider])["jobs"]
    assert jobs["totalCount"] == len(running)
    for job in jobs["nodes"]:
        assert administrator.finished(job["id"])["state"] == "SUCCEEDED"
    administrator.data(DELETE_SCHEDULE, input={"id": answer["schedule"]["id"]})


def test_a_password_is_changed_and_the_page_stays(page, somebody, demo_gateway):
    login, password = somebody()
    page.goto("/#/access")
    fill_log_in(page, password, login)
    form = page.get_by_role("form", name="Change your password")
    form.get_by_label("Current password").fill("wrong")
    form.get_by_label("New password").fill("another-good-one")
    form.get_by_role("button", name="Change the password").click()
    form.get_by_role("alert").wait_for()
    form.get_by_label("Current password").fill(password)
    form.get_by_role("button", name="Change the password").click()

    page.get_by_text("You have no token.").wait_for()
    page.wait_for_function("() => !document.querySelector('[name=password]').value")
    page.reload()
    page.get_by_text("You have no token.").wait_for()
    RemoteClient(demo_gateway.url).log_in(login, "another-good-one")


def test_a_user_is_given_a_password_and_a_team_another_name(page, somebody, demo_gateway):
    login, _password = somebody()
    team = f"Team {uuid.uuid4().hex[:6]}"
    open_dashboard(page, "Access")
    page.get_by_role("button", name=f"Give {login} a password").click()
    dialog = page.get_by_role("dialog", name=f"Password of {login}")
    dialog.get_by_label("New password").fill("given-by-the-admin")
    dialog.get_by_role("button", name="Give the password").click()
    dialog.wait_for(state="detached")
    RemoteClient(demo_gateway.url).log_in(login, "given-by-the-admin")

    teams = page.get_by_role("region", name="Teams")
    teams.get_by_label("Name of the team").fill(team)
    teams.get_by_role("button", name="Create the team").click()
    teams.get_by_text(f"{team}: 0 members").click()
    teams.get_by_role("form", name=f"Rename {team}").get_by_label("Another name").fill(f"{team} B")
    teams.get_by_role("form", name=f"Rename {team}").get_by_role("button", name="Rename").click()
    teams.get_by_text(f"{team} B: 0 members").wait_for()


EMPTY = {
    "Overview": "No job is in progress.",
    "Machines": "No provider is connected.",
    "Storage": "Your providers list no bucket.",
    "Jobs": "No job",
    "Schedules": "There is no schedule yet.",
    "Changes": "No change was seen",
    "Access": "You have no token.",
}


def test_who_has_nothing_yet_reads_so_in_each_view(page, somebody):
    login, password = somebody()
    page.goto("/")
    fill_log_in(page, password, login)
    for view, text in EMPTY.items():
        show(page, view)
        page.get_by_text(text).first.wait_for()


def test_offline_the_machines_stay_and_the_page_says_that_they_are_old(page_of):
    page = page_of(may_fail=True)
    open_dashboard(page, "Machines")
    page.get_by_role("link", name="cache-001").wait_for()
    page.context.set_offline(True)
    page.get_by_role("button", name="Ask the clouds now").click()
    page.get_by_text("The list of machines is interrupted.").wait_for()
    assert page.get_by_role("link", name="cache-001").is_visible()

    page.context.set_offline(False)

    page.get_by_role("alert").first.wait_for(state="detached")  # and so all of them


def test_a_keystroke_costs_hardly_more_with_ten_times_the_machines(page, simulator):
    few = keystrokes(page, simulator, f"Few {uuid.uuid4().hex[:6]}", 1_000)
    many = keystrokes(page, simulator, f"Most {uuid.uuid4().hex[:6]}", 9_000)

    for word in WORDS:
        assert many[word] <= 2 * few[word], f"ms with 10,000 machines {many}, with 1,000 {few}"


def keystrokes(page, simulator, name, machines):
    """For each word, the median of the processor time that a change of the filter takes until it is
    shown, in ms.

    That of the page's own thread: how busy the machine is does not count.
    """
    simulator(name, deadline_ms=60_000, machines=str(machines))
    page.goto("about:blank")
    page.goto("/#/machines")
    if page.get_by_label("User name").count():
        fill_log_in(page)
    filter_by(page, name)
    page.get_by_role("status").filter(has_text=f"{machines:,} machines").wait_for(timeout=120_000)
    filter_by(page, "")
    chromium = page.context.new_cdp_session(page)
    chromium.send("Performance.enable", {"timeDomain": "threadTicks"})
    return {word: keystroke(page, chromium, word) for word in WORDS}


def keystroke(page, chromium, word):
    texts = [word[:size] for size in range(len(word), -1, -1)] * 4
    used = [processor_seconds(chromium)]
    for text in texts:
        page.evaluate(KEYSTROKE, text)
        used.append(processor_seconds(chromium))
    return 1000 * statistics.median(after - before for before, after in pairwise(used))


def processor_seconds(chromium):
    """The CPU time of all tasks of the page's thread since the page was loaded."""
    metrics = chromium.send("Performance.getMetrics")["metrics"]
    (used,) = (metric["value"] for metric in metrics if metric["name"] == "TaskDuration")
    return used
