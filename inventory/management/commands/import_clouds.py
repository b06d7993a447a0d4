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
from inventory.imports.clouds.names import renamed
from inventory.imports.clouds.plan import Plan, plan_import
from inventory.imports.clouds.report import lines_of, shown_line
from inventory.imports.clouds.variables import read_variables

HELP = """Show the accounts that files of other tools know, and connect them with --apply:
OpenStack's clouds.yaml, ~/.aws, ~/.azure, a Google service account's JSON, a kubeconfig, doctl's
config.yaml, linode-cli's file, cloudmesh.yaml, and files of NAME=value lines. A folder, such as
~/.aws, stands for the files in it. No cloud is asked. All that is shown is connected, or nothing; a
file that cannot be read is named, and the exit status is then 1."""
ENVIRONMENT = "the environment"


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", type=Path)
        parser.add_argument(
            "--environment",
            action="store_true",
            help="read this process's AWS_…, AZURE_…, ARM_…, DIGITALOCEAN_…, DOCKER_…, "
            "GOOGLE_APPLICATION_…, LINODE_…, OS_…",
        )
        parser.add_argument(
            "--owner", help="who will own the providers; may be left out with a single superuser"
        )
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--apply", action="store_true", help="connect what is shown")
        action.add_argument(
            "--dry-run", action="store_true", help="only show what --apply would do: the default"
        )
        parser.add_argument(
            "--update",
            action="store_true",
            help="let the files replace credentials and regions of providers that differ",
        )
        parser.add_argument(
            "--same-account",
            action="append",
            default=[],
            metavar="NAME",
            help="with --update: the file's credentials are of the account that is connected as "
            "NAME, which only the cloud knows; may be repeated",
        )
        parser.add_argument(
            "--as",
            action="append",
            default=[],
            dest="names",
            metavar="ENTRY=NAME",
            help="connect the account ENTRY of the files as NAME; NAME alone if there is one "
            "account; may be repeated",
        )

    def handle(self, *_args: Any, apply: bool, update: bool, **options: Any) -> None:
        plan = self._plan(apply=apply, update=update, **options)
        for line in lines_of(plan, applied=apply, update=update):
            self.stdout.write(line)
        if plan.unread:
            raise CommandError(
                "\n".join(shown_line(f"Not read: {one.reason}.") for one in plan.unread)
            )

    def _plan(self, *, apply: bool, update: bool, **options: Any) -> Plan:
        """The plan; it is carried out already with ``apply``. Raises CommandError."""
        try:
            owner = _owner(options["owner"])
            found = _findings(options["files"], environment=options["environment"])
            asked = {
                "owner": owner,
                "findings": renamed(found, options["names"]),
                "same_account": options["same_account"],
            }
            plan = clouds_import(**asked, update=update) if apply else plan_import(**asked)
            if apply:
                updated = len(plan.differing) if update else 0
                result = {"connected": len(plan.new), "updated": updated}
                command_record(action="import_clouds", user=owner, result=result)
        except ExpectedError as error:
            message = shown_line(error.message)
            raise CommandError(f"{message}\nNothing was connected.") from None
        except DecryptionError as error:
            raise CommandError(f"{error}\nNothing was connected.") from None
        except DatabaseError as error:
            message = (
                f"The database refused: {error}. Nothing was connected.\nDATA_DIR or DATABASE_URL "
                "must name the gateway's, and `make run` must have set it up."
            )
            raise CommandError(message) from error
        return plan


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
