"""While the processes start: connect the demo, wait until all is ready, print the banner."""

import json
import time
import traceback
import urllib.error
import urllib.request

from gateway.run.banner import BannerFacts, banner_text
from gateway.run.demo.seed import connect_demo
from gateway.run.errors import StartError
from gateway.run.options import Options
from gateway.run.preparation import Prepared
from gateway.run.runner import Runner
from inventory.models import Provider, VirtualMachine
from inventory.services.machines import machine_id
from inventory.services.provider_checks import provider_check
from inventory.types import MachineState

READY_SECONDS = 60.0
POLL_SECONDS = 0.05
ANSWER_SECONDS = 5.0


def announce(options: Options, prepared: Prepared, runner: Runner) -> None:
    """Runs in a thread of its own. A fault here ends the run: it would never become ready."""
    try:
        demo = _connect_demo(options, prepared)
        _wait_until_ready(options, runner)
        machine = "" if runner.ending else _machine_for_show(demo)
    except StartError as error:
        runner.fail(str(error))
    except Exception:  # noqa: BLE001  (whatever it is, the person at the terminal must see it)
        runner.fail(traceback.format_exc())
    else:
        if not runner.ending:
            _print_banner(options, prepared, machine)


def _connect_demo(options: Options, prepared: Prepared) -> dict[str, str]:
    """Connect it; returns the public ids of its providers by kind."""
    if not prepared.demo.any:
        return {}
    memory = connect_demo(
        plan=prepared.demo,
        memory=prepared.memory,
        aws_port=prepared.aws_port,
        owner=prepared.admin.user,
        data_dir=options.data_dir,
    )
    options.ready_file.touch()
    return memory.providers


def _wait_until_ready(options: Options, runner: Runner) -> None:
    """Return when the gateway is ready, or about to end."""
    patience_ends = time.monotonic() + READY_SECONDS
    told = False
    while not runner.ending and (missing := _what_is_missing(options)):
        if not told and time.monotonic() > patience_ends:
            print(f"\n  Not ready after {READY_SECONDS:.0f} s. Missing: {missing}\n", flush=True)
            told = True
        time.sleep(POLL_SECONDS)


def _what_is_missing(options: Options) -> str:
    """Empty when /readyz answers 200, else the parts it names."""
    url = f"{options.url}/readyz"
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS):  # noqa: S310  (our own http:)
            return ""
    except urllib.error.HTTPError as error:
        return _named_parts(error.read(2000).decode(errors="replace"))
    except OSError as error:
        return f"the web server does not answer ({error})"


def _named_parts(answer: str) -> str:
    """The parts that gateway.health names; the whole answer where it is of another kind."""
    try:
        return ", ".join(json.loads(answer)["missing"])
    except (ValueError, KeyError, TypeError):
        return answer


def _machine_for_show(demo: dict[str, str]) -> str:
    """The id of a running machine of the demo, which alone may be stopped for show."""
    found = Provider.objects.filter(public_id__in=demo.values(), demo=True)
    providers = list(found.order_by("kind_slug", "pk"))
    for provider in providers:
        if machine := _running(provider):  # of an earlier start: the clouds need not be asked
            return machine
    for provider in providers:
        provider_check(provider=provider)
        if machine := _running(provider):
            return machine
    return ""


def _running(provider: Provider) -> str:
    rows = VirtualMachine.objects.filter(provider=provider, state=MachineState.RUNNING)
    machine = rows.order_by("name", "id").first()
    return machine_id(machine) if machine else ""


def _print_banner(options: Options, prepared: Prepared, machine: str) -> None:
    facts = BannerFacts(
        url=options.url,
        username=options.admin_username,
        new_password=prepared.admin.new_password,
        machine_id=machine,
    )
    print(banner_text(facts), flush=True)
    prepared.admin.password_shown()
