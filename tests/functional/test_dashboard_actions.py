"""Reboot, suspend, resume and resize in the dashboard, and what is not offered there."""

import re
import uuid

import pytest

from tests.functional.browser import MARKS
from tests.functional.dashboard import (
    administrator,  # noqa: F401 - fixture
    answer_to,
    filter_by,
    open_dashboard,
    page,  # noqa: F401 - fixture
    simulator,  # noqa: F401 - fixture
)

pytestmark = MARKS

MACHINES = """query ($p: [ID!], $s: [VirtualMachineState!]) {
    virtualMachines(filter: {provider: $p, state: $s}, maxAge: 0) {
        nodes { id name state size { name } } } }"""
JOBS = "query ($p: [ID!]) { jobs(filter: {provider: $p}) { nodes { operation state targetName } } }"
IMAGES = """query ($p: [ID!], $q: String) {
    images(filter: {provider: $p, search: $q}, maxAge: 0) { nodes { name } } }"""
AWS_RUNNING = """query { virtualMachines(filter: {kind: ["aws"], state: [RUNNING]}, first: 1) {
    nodes { name } } }"""


@pytest.fixture
def cloud(simulator):
    """A simulator with machines in several states: its name and id."""
    name = f"Acting {uuid.uuid4().hex[:6]}"
    return name, simulator(name, machines="48", boot_ms="100")


@pytest.fixture
def machines(administrator, cloud):
    """The machines of the cloud in a state, as they are now."""

    def read(state):
        found = administrator.data(MACHINES, p=[cloud[1]], s=[state])["virtualMachines"]["nodes"]
        return {machine["name"]: machine for machine in found}

    return read


def choose(page, cloud, *names):
    filter_by(page, cloud[0])
    page.get_by_text("48 machines", exact=True).wait_for()
    for name in names:
        page.get_by_role("checkbox", name=f"Select {name}", exact=True).check()


def act(page, label):
    page.get_by_role("toolbar", name="Actions").get_by_role("button", name=label).click()


def jobs_of(administrator, cloud, operation):
    found = administrator.data(JOBS, p=[cloud[1]])["jobs"]["nodes"]
    return [job for job in found if job["operation"] == f"virtual_machine.{operation}"]


def test_several_machines_are_rebooted_each_once(page, cloud, machines, administrator):
    first, second, *_ = machines("RUNNING")
    stopped, *_ = machines("STOPPED")
    open_dashboard(page, "Machines")
    choose(page, cloud, first, second, stopped)
    act(page, "Reboot 2 of 3")
    dialog = page.get_by_role("dialog", name="Reboot 2 machines")
    for name in (first, second):
        dialog.get_by_role("listitem").filter(has_text=name).wait_for()
    dialog.get_by_text("Cost a month").wait_for()
    dialog.get_by_role("button", name="Reboot 2 machines").dblclick()

    page.get_by_text("Rebooting 2 machines: the jobs have succeeded").wait_for()

    jobs = jobs_of(administrator, cloud, "reboot")
    assert sorted(job["targetName"] for job in jobs) == sorted([first, second])


def test_what_is_undone_reboots_nothing(page, cloud, machines, administrator):
    name, *_ = machines("RUNNING")
    open_dashboard(page, "Machines")
    choose(page, cloud, name)
    act(page, "Reboot")
    dialog = page.get_by_role("dialog", name=f"Reboot {name}")
    dialog.get_by_text("Cost a month").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Undo").click()
    page.get_by_text(f"Rebooting {name}").wait_for(state="detached")
    page.wait_for_timeout(6_000)  # longer than the time in which it would have been sent

    assert jobs_of(administrator, cloud, "reboot") == []


def test_a_machine_is_suspended_by_the_palette_and_resumed_on_its_page(page, cloud, machines):
    name, *_ = machines("RUNNING")
    open_dashboard(page, "Machines")
    choose(page, cloud)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Go to").fill(f"suspend {name}")
    page.get_by_role("option", name=f"Suspend {name}").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name=f"Suspend {name}").get_by_text("Cost a month").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text(f"Suspending {name}: the job has succeeded").wait_for()
    page.get_by_role("heading", name=name).get_by_text("Suspended").wait_for()
    page.get_by_text(f"Not while {name} is suspended.").first.wait_for()

    act(page, "Resume")
    page.get_by_role("dialog", name=f"Resume {name}").get_by_text("Cost a month").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text(f"Resuming {name}: the job has succeeded").wait_for()

    page.get_by_role("heading", name=name).get_by_text("Running").wait_for()


def test_a_running_machine_is_resized_once_it_may_be_stopped(page, cloud, machines):
    found = machines("RUNNING")
    name = next(one for one in found if found[one]["size"]["name"] != "sim.2xlarge")
    open_dashboard(page, "Machines")
    choose(page, cloud, name)
    act(page, "Resize")
    dialog = page.get_by_role("dialog", name=f"Resize {name}")
    dialog.get_by_text(f"Its size is {found[name]['size']['name']}: $").wait_for()
    sizes = dialog.get_by_role("listbox", name="New size")
    sizes.get_by_role("option").filter(has_text="sim.2xlarge").wait_for()
    texts = sizes.get_by_role("option").all_inner_texts()
    costs = [float(re.search(r"\$([\d.]+) a month", text).group(1)) for text in texts]
    assert costs == sorted(costs)
    assert [text for text in texts if text.startswith(f"{found[name]['size']['name']}:")] == []
    sizes.select_option(next(text for text in texts if text.startswith("sim.2xlarge:")))
    dialog.get_by_text(re.compile(r"while it runs: \$[\d.]+ → \$186\.88 a month")).wait_for()
    dialog.get_by_text("It has to be stopped first.").wait_for()
    confirm = dialog.get_by_role("button", name=f"Resize {name}")
    assert confirm.is_disabled()

    dialog.get_by_role("checkbox", name="Stop it first").check()
    dialog.get_by_text(re.compile(r"Cost a month: \$[\d.]+ → \$1\d\d\.\d\d")).wait_for()
    confirm.click()
    page.get_by_text(f"Resizing {name}: the job has succeeded").wait_for()

    assert machines("RUNNING")[name]["size"]["name"] == "sim.2xlarge"


def test_stopped_machines_of_a_region_are_resized_together(page, cloud, machines):
    first, second, *_ = machines("STOPPED")
    open_dashboard(page, "Machines")
    choose(page, cloud, first, second)
    act(page, "Resize")
    dialog = page.get_by_role("dialog", name="Resize 2 machines")
    assert dialog.get_by_role("checkbox").count() == 0  # neither runs
    dialog.get_by_role("searchbox", name="Search new size").fill("4xlarge")
    sizes = dialog.get_by_role("listbox", name="New size")
    sizes.get_by_text("sim.4xlarge").wait_for()
    sizes.get_by_text("sim.nano").wait_for(state="detached")
    sizes.select_option(index=0)
    dialog.get_by_text("Cost a month").wait_for()
    dialog.get_by_role("button", name="Resize 2 machines").click()
    page.get_by_text("Resizing 2 machines: the jobs have succeeded").wait_for()

    found = machines("STOPPED")
    assert {found[name]["size"]["name"] for name in (first, second)} == {"sim.4xlarge"}


def test_a_list_of_sizes_that_cannot_be_read_is_not_called_empty(page, cloud, machines):
    name, *_ = machines("STOPPED")
    error = {"message": "The cloud did not answer in time.", "extensions": {"code": "TIMEOUT"}}
    answers = [{"json": {"errors": [error], "data": {"provider": None}}}]
    sent = answer_to(page, "Sizes", lambda _route: answers.pop() if answers else None)
    open_dashboard(page, "Machines")
    choose(page, cloud, name)
    act(page, "Resize")
    dialog = page.get_by_role("dialog", name=f"Resize {name}")
    dialog.get_by_text(error["message"]).wait_for()
    dialog.get_by_text("The sizes are not known.").wait_for()
    assert dialog.get_by_text("No other size").count() == 0

    dialog.get_by_role("button", name="Try again").click()
    dialog.get_by_role("option").first.wait_for()
    dialog.get_by_role("searchbox", name="Search new size").fill("no such size")
    dialog.get_by_text("No other size matches.").wait_for()
    assert sent[0] == {**sent[-1], "search": None}


def test_a_search_keeps_the_chosen_size_and_the_cost_of_the_present_one(page, cloud, machines):
    found = machines("STOPPED")
    name = next(
        one for one in found if found[one]["size"]["name"] not in ("sim.2xlarge", "sim.nano")
    )
    open_dashboard(page, "Machines")
    choose(page, cloud, name)
    act(page, "Resize")
    dialog = page.get_by_role("dialog", name=f"Resize {name}")
    sizes = dialog.get_by_role("listbox", name="New size")
    sizes.get_by_text("sim.2xlarge").wait_for()
    texts = sizes.get_by_role("option").all_inner_texts()
    chosen = next(text for text in texts if text.startswith("sim.2xlarge:"))
    sizes.select_option(chosen)
    cost = dialog.get_by_text(re.compile(r"while it runs: \$[\d.]+ → \$186\.88 a month"))
    cost.wait_for()

    dialog.get_by_role("searchbox", name="Search new size").fill("nano")
    dialog.get_by_text("1 size.", exact=True).wait_for()
    assert sizes.get_by_role("option", selected=True).all_inner_texts() == [chosen]
    assert cost.count() == 1
    dialog.get_by_text("Cost a month").wait_for()
    dialog.get_by_role("button", name=f"Resize {name}").click()
    page.get_by_text(f"Resizing {name}: the job has succeeded").wait_for()

    assert machines("STOPPED")[name]["size"]["name"] == "sim.2xlarge"


def test_the_page_of_a_stopped_machine_shows_what_a_resize_changed(page, cloud, machines):
    found = machines("STOPPED")
    name = next(one for one in found if found[one]["size"]["name"] != "sim.2xlarge")
    open_dashboard(page, "Machines")
    choose(page, cloud)
    page.get_by_role("link", name=name, exact=True).click()
    changes = page.get_by_role("table", name="Changes").get_by_role("row")
    page.get_by_role("definition").get_by_text(" an hour,").wait_for()
    act(page, "Resize")
    dialog = page.get_by_role("dialog", name=f"Resize {name}")
    sizes = dialog.get_by_role("listbox", name="New size")
    sizes.get_by_text("sim.2xlarge").wait_for()
    texts = sizes.get_by_role("option").all_inner_texts()
    sizes.select_option(next(text for text in texts if text.startswith("sim.2xlarge:")))
    dialog.get_by_text("Cost a month").wait_for()
    dialog.get_by_role("button", name=f"Resize {name}").click()
    page.get_by_text(f"Resizing {name}: the job has succeeded").wait_for()

    page.get_by_role("definition").get_by_text("32768 MiB").wait_for()
    page.get_by_role("definition").get_by_text("$0.2560 an hour").wait_for()
    changes.filter(has_text="sim.2xlarge").first.wait_for()


@pytest.mark.usefixtures("cloud")
def test_what_a_kind_of_cloud_lacks_is_not_offered_there(page, administrator):
    there = administrator.data(AWS_RUNNING)["virtualMachines"]["nodes"][0]["name"]
    open_dashboard(page, "Machines")
    page.get_by_text("answering").wait_for(state="detached")
    filter_by(page, there)
    page.get_by_role("checkbox", name=f"Select {there}", exact=True).first.check()
    bar = page.get_by_role("toolbar", name="Actions")
    assert bar.get_by_role("button", name="Suspend").is_disabled()
    bar.get_by_text("Not offered for Amazon Web Services.").first.wait_for()
    assert bar.get_by_role("button", name="Reboot").is_enabled()

    filter_by(page, "")
    page.get_by_role("checkbox", name="Select all that match").check()
    assert bar.get_by_role("button", name="Resize").is_disabled()
    bar.get_by_text("Each region of a provider has its own sizes.").wait_for()
    bar.get_by_text("at clouds without it").first.wait_for()


def open_one_with_an_address(page, administrator, provider):
    """Shows a machine of the provider, and returns its ssh line."""
    query = """query ($p: [ID!]) { virtualMachines(filter: {provider: $p}, maxAge: 0) {
        nodes { id sshCommand } } }"""
    nodes = administrator.data(query, p=[provider])["virtualMachines"]["nodes"]
    found = next(node for node in nodes if node["sshCommand"])
    page.goto(f"/#/machine?id={found['id']}")
    page.get_by_text(found["sshCommand"], exact=True).wait_for()
    return found["sshCommand"]


def test_the_ssh_line_is_copied_and_that_is_announced(page, cloud, administrator):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_dashboard(page)
    command = open_one_with_an_address(page, administrator, cloud[1])

    page.get_by_role("button", name="Copy the command that logs in").click()

    page.get_by_role("status").filter(has_text="Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == command


def test_without_a_clipboard_the_ssh_line_has_no_button(page, cloud, administrator):
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    open_dashboard(page)
    open_one_with_an_address(page, administrator, cloud[1])

    assert page.get_by_role("button", name="Copy the command that logs in").count() == 0


def test_an_image_is_created_of_a_machine_on_its_page(page, cloud, machines, administrator):
    found = machines("STOPPED")
    name = next(iter(found))
    image = f"image-{uuid.uuid4().hex[:8]}"
    open_dashboard(page)
    page.goto(f"/#/machine?id={found[name]['id']}")
    page.get_by_role("button", name="Create an image").click()
    dialog = page.get_by_role("dialog", name=f"Create an image of {name}")
    dialog.get_by_label("Name of the image").fill(image)
    dialog.get_by_text("The dry run found nothing against it.").wait_for()
    dialog.get_by_role("button", name="Create", exact=True).click()

    page.get_by_text(f"Creating an image of {name}: the job has succeeded").wait_for()

    images = administrator.data(IMAGES, p=[cloud[1]], q=image)["images"]["nodes"]
    assert [each["name"] for each in images] == [image]
