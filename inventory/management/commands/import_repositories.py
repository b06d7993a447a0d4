"""manage.py import_repositories: repositories from a GitHub API reply, a file or an address."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from gateway.core.errors import ExpectedError
from gateway.core.text import printable
from inventory.imports.documents import read_documents
from inventory.imports.github import parse_repositories
from inventory.imports.repositories import ImportReport, repositories_import

HELP = """Load repositories, for every user to see, from replies of the GitHub REST API:
lists (/orgs/NAME/repos, /users/NAME/repos) or single ones (/repos/OWNER/NAME).
Repositories known by their full name are updated. All of it is stored, or nothing."""


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "sources",
            nargs="+",
            metavar="FILE|URL",
            help="a JSON file, - for standard input, or an http(s) address, "
            "whose further pages are followed",
        )

    def handle(self, *_args: Any, sources: list[str], **_options: Any) -> None:
        try:
            report = _imported(sources)
        except ExpectedError as error:
            raise CommandError(f"{error.message}\nNothing was imported.") from None
        except DatabaseError as error:
            message = (
                f"The database refused: {error}. Nothing was imported.\nDATA_DIR or DATABASE_URL "
                "must name the gateway's, and `make run` must have set it up."
            )
            raise CommandError(message) from error
        for line in _lines(report):
            self.stdout.write(line)


def _imported(sources: list[str]) -> ImportReport:
    records = [
        record
        for source in sources
        for document in read_documents(source, standard_input=sys.stdin.buffer)
        for record in parse_repositories(document.data, origin=document.origin)
    ]
    return repositories_import(records=records)


def _lines(report: ImportReport) -> list[str]:
    counts = (
        f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged, "
        f"{len(report.skipped)} skipped."
    )
    end = "" if report.changed else " Nothing changed."
    skipped = [printable(f"skipped {one.full_name}: {one.reason}") for one in report.skipped]
    return [*skipped, counts + end]
