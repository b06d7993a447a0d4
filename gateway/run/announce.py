"""While the processes start: wait until all is ready, then print the banner."""

import json
import time
import traceback
import urllib.error
import urllib.request

from gateway.run.banner import BannerFacts, banner_text
from gateway.run.errors import StartError
from gateway.run.options import Options
from gateway.run.reports import Reports
from gateway.run.runner import Runner
from gateway.run.unshown_password import password_shown

READY_SECONDS = 60.0
POLL_SECONDS = 0.05
ANSWER_SECONDS = 5.0


def announce(options: Options, reports: Reports, runner: Runner, *, new_password: str) -> None:
    """Runs in a thread of its own. A fault here ends the run: it would never become ready."""
    try:
        machine = reports.connected()
        _wait_until_ready(options, runner)
    except StartError as error:
        if not runner.ending:  # else the worker has ended before its report
            runner.fail(str(error))
    except Exception:  # noqa: BLE001  (whatever it is, the person at the terminal must see it)
        runner.fail(traceback.format_exc())
    else:
        if not runner.ending:
            _print_banner(options, new_password, machine)
    finally:
        reports.close()


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


def _print_banner(options: Options, new_password: str, machine: str) -> None:
    facts = BannerFacts(
        url=options.url,
        username=options.admin_username,
        new_password=new_password,
        machine_id=machine,
    )
    print(banner_text(facts), flush=True)
    password_shown(options.data_dir, options.admin_username)
