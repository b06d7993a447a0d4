"""The first worker of a run prepares the data and connects the demo.

Both need Django's apps, as the worker does: their
import takes a second of processor time, which a process of its own would take again.
"""

import threading
import traceback

from django.db import DatabaseError, connections

from gateway.run.database import database_fault, disk_fault
from gateway.run.demo.seed import connect_demo
from gateway.run.errors import StartError
from gateway.run.options import Options, read_options
from gateway.run.preparation import Prepared, prepare
from gateway.run.reports import PreparedRun, Reporter
from inventory.models import Provider, VirtualMachine
from inventory.services.machines import machine_id
from inventory.services.provider_checks import provider_check
from inventory.types import MachineState


def prepare_run(report: int, *, aws_port: int | None) -> bool:
    """Prepare the data, then connect the demo in a thread. False: it failed, as was reported.

    ``report``: the descriptor of the pipe to the runner; ``aws_port``: where the demo's cloud is
    being started already.
    """
    reporter = Reporter(report)
    try:
        options = read_options()
        prepared = prepare(options, say=reporter.say, aws_port=aws_port)
    except Exception as error:  # noqa: BLE001 - whatever it is, the person at the terminal must see it
        reporter.failed(_reason(error))
        return False
    finally:
        connections.close_all()
    reporter.prepared(
        PreparedRun(
            new_password=prepared.admin.new_password,
            aws_port=prepared.aws_port,
            environment=prepared.environment,
        )
    )
    threading.Thread(target=_connect, args=(options, prepared, reporter), daemon=True).start()
    return True


def _connect(options: Options, prepared: Prepared, reporter: Reporter) -> None:
    try:
        machine = _machine_for_show(_connect_demo(options, prepared))
    except Exception as error:  # noqa: BLE001 - as above
        reporter.failed(_reason(error))
    else:
        reporter.connected(machine)
    finally:
        connections.close_all()
        reporter.close()


def _reason(error: Exception) -> str:
    """The text for the person at the terminal: a traceback only where nothing better is known."""
    if isinstance(error, StartError):
        return str(error)
    if isinstance(error, DatabaseError):
        return database_fault(error)
    known = disk_fault(error) if isinstance(error, OSError) else ""
    return known or "".join(traceback.format_exception(error))


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
