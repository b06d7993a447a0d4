"""The preparation before the parts serve: tables, the administrator, the plan for the demo."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings

from gateway.run.admin import Admin, ensure_admin
from gateway.run.database import migrate
from gateway.run.demo.seed import mark_demo
from gateway.run.demo.whether import (
    Memory,
    Plan,
    choose_aws_port,
    forget_port,
    may_have_demo,
    plan_demo,
    read_memory,
)
from gateway.run.errors import StartError
from gateway.run.options import Options
from gateway.run.ports import LOOPBACK
from gateway.run.processes import part_environment
from inventory.models import Provider
from inventory.services.providers import demo_disconnect


@dataclass(frozen=True, kw_only=True)
class Prepared:
    admin: Admin
    demo: Plan
    memory: Memory
    aws_port: int | None  # None: no demo cloud is to be started
    environment: dict[str, str] = field(default_factory=dict)  # for the processes alone


def prepare(
    options: Options, *, say: Callable[[str], None], aws_port: int | None = None
) -> Prepared:
    """Do it, with a line for each step; what is done already is left alone.

    ``aws_port``: where the demo's cloud is being started already; None: it is not.

    Raises:
        StartError: the database does not answer, or a demo is asked for where there can be none.
    """
    applied = migrate()
    say(f"database: {applied} migrations applied" if applied else "database: up to date")
    admin = ensure_admin(options)
    say(f"admin user: {options.admin_username}" + (" (new)" if admin.new_password else ""))
    memory = read_memory(options.data_dir)
    if memory and not memory.marked:
        memory = mark_demo(memory, options.data_dir)
    if options.demo is False and (ended := demo_disconnect()):
        say(f"demo clouds: {ended} disconnected, as DEMO=0 says")
    demo = _plan(options, memory)
    say(f"demo clouds: {_named(demo)}")
    options.ready_file.unlink(missing_ok=True)
    if not demo.any:
        options.ready_file.touch()
    allowed = list(settings.EGRESS_ALLOW)
    if demo.has_aws:
        aws_port = aws_port or choose_aws_port(memory)
        settings.EGRESS_ALLOW.append(f"{LOOPBACK}:{aws_port}")  # the demo is connected from here
    else:
        aws_port = None
        memory = forget_port(memory, options.data_dir)
    return Prepared(
        admin=admin,
        demo=demo,
        memory=memory or Memory(marked=True),
        aws_port=aws_port,
        environment=part_environment(options, allowed=allowed, aws_port=aws_port),
    )


def _plan(options: Options, memory: Memory | None) -> Plan:
    connected = {str(uuid) for uuid in Provider.objects.values_list("public_id", flat=True)}
    switch = options.demo
    if not may_have_demo(options):
        if switch:
            raise StartError("DEMO=1 needs moto (requirements-dev.txt), and is not for production.")
        switch = False
    return plan_demo(switch=switch, memory=memory, connected=connected)


def _named(demo: Plan) -> str:
    kinds = [*demo.keep, *(f"{kind} (new)" for kind in demo.connect)]
    return ", ".join(kinds) or "none"
