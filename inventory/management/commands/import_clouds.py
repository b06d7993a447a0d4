"""manage.py import_clouds: accounts at clouds, from the files of other tools."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from gateway.core.accounts.logins import user_with_login
from gateway.core.audit.record import command_record
from gateway.core.crypto import DecryptionError
from gateway.core.errors import ExpectedError
from inventory.imports.clouds.apply import clouds_import
from inventory.imports.clouds.files import read_files
from inventory.imports.clouds.found import Finding, LeftOut
from inventory.imports.clouds.plan import Plan, Step, plan_import
from inventory.imports.clouds.variables import read_variables

HELP = """Show the accounts that files of other tools know, and connect them with --apply:
cloudmesh's cloudmesh.yaml, OpenStack's clouds.yaml (with the secure.yaml beside it), ~/.aws/config
and credentials, a Google service account's JSON, a kubeconfig, and files of NAME=value lines.
No cloud is asked. All that is shown is connected, or nothing."""
ENVIRONMENT = "the environment"


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", type=Path)
        parser.add_argument(
            "--environment",
            action="store_true",
            help="read this process's AZURE_…, OS_…, AWS_…, DOCKER_…, GOOGLE_APPLICATION_…",
        )
        parser.add_argument(
            "--owner", help="who will own the providers; may be left out with a single superuser"
        )
        parser.add_argument("--apply", action="store_true", help="connect what is shown")
        parser.add_argument(
            "--update",
            action="store_true",
            help="let the files replace credentials and regions of providers that differ",
        )

    def handle(self, *_args: Any, apply: bool, update: bool, **options: Any) -> None:
        try:
            owner = _owner(options["owner"])
            findings = list(_findings(options["files"], environment=options["environment"]))
            plan = plan_import(owner=owner, findings=findings)
            if apply:
                clouds_import(owner=owner, plan=plan, update=update)
                updated = len(plan.differing) if update else 0
                result = {"connected": len(plan.new), "updated": updated}
                command_record(action="import_clouds", user=owner, result=result)
        except ExpectedError as error:
            raise CommandError(f"{error.message}\nNothing was connected.") from None
        except DecryptionError as error:
            raise CommandError(f"{error}\nNothing was connected.") from None
        except DatabaseError as error:
            message = (
                f"The database refused: {error}. Nothing was connected.\nDATA_DIR or DATABASE_URL "
                "must name the gateway's, and `make run` must have set it up."
            )
            raise CommandError(message) from error
        for line in _lines(plan, applied=apply, update=update):
            self.stdout.write(line)


def _owner(username: str | None) -> Any:
    """Raises CommandError, unless it is clear who."""
    users = get_user_model().objects.filter(is_active=True)
    if username is not None:
        owner = user_with_login(username)
        if owner is not None and owner.is_active:
            return owner
        raise CommandError(f"There is no active user {username!r}. Nothing was connected.")
    superusers = list(users.filter(is_superuser=True)[:2])
    if len(superusers) != 1:
        found = "several superusers" if superusers else "no superuser"
        raise CommandError(f"There is {found}: name the providers' owner with --owner USERNAME.")
    return superusers[0]


def _findings(files: list[Path], *, environment: bool) -> Iterator[Finding]:
    if not files and not environment:
        raise CommandError(
            "Name a file, such as ~/.aws/credentials, ~/.config/openstack/clouds.yaml or "
            "~/.cloudmesh/cloudmesh.yaml, or --environment."
        )
    yield from read_files(files)
    if environment:
        reason = "no variable of a cloud is set"
        nothing = LeftOut(origin=ENVIRONMENT, name="--environment", reason=reason)
        yield from list(read_variables(os.environ, origin=ENVIRONMENT)) or [nothing]


def _lines(plan: Plan, *, applied: bool, update: bool) -> Iterator[str]:
    for one in plan.left_out:
        yield f"skipped {one.name} in {one.origin}: {one.reason}"
    for step in plan.as_they_are:
        yield f"unchanged {_described(step)}: connected already{_called(step)}"
    for step in plan.differing:
        differs = ", ".join(step.differs)
        word = ("updated" if applied else "to update") if update else "unchanged"
        hint = "" if update else "; --update takes the file's"
        yield f"{word} {_described(step)}: other {differs}{hint}"
    for step in plan.new:
        filled_in = ", ".join(step.cleaned.filled_in)
        yield f"{'connected' if applied else 'to connect'} {_described(step)}: {filled_in}"
    yield _summary(plan, applied=applied, update=update)


def _described(step: Step) -> str:
    found = step.cleaned.found
    return f"{found.name} ({found.account.kind}, {', '.join(step.cleaned.regions)})"


def _called(step: Step) -> str:
    name = step.provider.name if step.provider else ""
    return "" if name == step.cleaned.found.name else f" as {name}"


def _summary(plan: Plan, *, applied: bool, update: bool) -> str:
    updated = len(plan.differing) if update else 0
    changed = len(plan.new) + updated
    kept = len(plan.steps) - changed
    counts = f"{updated} updated, {kept} unchanged, {len(plan.left_out)} skipped."
    if applied:
        return f"{len(plan.new)} connected, {counts}{'' if changed else ' Nothing changed.'}"
    hint = " Nothing was done yet: --apply does it." if changed else " There is nothing to do."
    return f"{len(plan.new)} to connect, {counts.replace('updated', 'to update')}{hint}"
