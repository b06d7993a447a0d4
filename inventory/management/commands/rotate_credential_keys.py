"""manage.py rotate_credential_keys: encrypt stored secrets with the first of CREDENTIAL_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gateway.core.audit.record import OK, command_record
from inventory.services.credential_keys import RotationReport, credential_keys_rotate

HELP = """Encrypt the credentials of clouds, and the secrets of jobs, with the first one of
CREDENTIAL_KEYS. Run it after a new key was put first, with the old one behind it, and every process
restarted; when it ends well, the old key can be dropped. It can be interrupted and run again."""


class Command(BaseCommand):
    help = HELP

    def handle(self, *_args: Any, **_options: Any) -> None:
        report = RotationReport()
        for report in credential_keys_rotate():
            if self.stdout.isatty():
                self.stdout.write(f"{report.rotated + report.current} rows", ending="\r")
        self.stdout.write(
            f"{report.rotated} encrypted with the first key, {report.current} needed nothing."
        )
        command_record(
            action="rotate_credential_keys",
            outcome="LOCKED" if report.locked else OK,
            result={"rotated": report.rotated, "locked": len(report.locked)},
        )
        if report.locked:
            raise CommandError(
                f"None of CREDENTIAL_KEYS opens: {', '.join(report.locked)}.\nThey were not "
                "changed. Add the key that encrypted them and run this again; do not drop a key "
                "before."
            )
