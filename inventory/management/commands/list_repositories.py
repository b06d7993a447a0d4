"""manage.py list_repositories: an organization's repositories, and who works on them."""

import os
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gateway.core.errors import ExpectedError
from inventory.live.api import ask_source
from inventory.models import Source
from inventory.providers import Cloud, ProviderError, connect, get_kind
from inventory.providers.credential import CredentialProblem
from inventory.services.organizations import Users, organization_repositories, users_of

HELP = """List the repositories of an organization at GitHub, asked now. With --users also who works
on each: its collaborators where the account may see them, else its contributors.
Asked with the token in GITHUB_TOKEN, or without one; or through a connected provider."""
SECONDS = 60.0  # of one question


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organization", help="its login")
        parser.add_argument("--users", action="store_true", help="list who works on each")
        parser.add_argument("--provider", metavar="NAME", help="the connected provider to ask")

    def handle(
        self, *_args: Any, organization: str, users: bool, provider: str | None, **_options: Any
    ) -> None:
        try:
            ask = _asking(provider, organization)
            found = organization_repositories(login=organization, ask=ask)
            who: Iterator[Users | None] = users_of(found, ask=ask) if users else iter(())
            for one in found:
                self.stdout.write(one.full_name)
                known = next(who, None)
                if known is not None:
                    self.stdout.write(f"  {_line(known)}")
        except (ExpectedError, ProviderError) as error:
            raise CommandError(f"{error.code}: {error.message}") from None
        self.stdout.write(f"{len(found)} repositories.")


def _line(users: Users) -> str:
    if users.problem:
        return f"{users.kind}: not known. {users.problem}"
    more = ", and others" if users.more else ""
    return f"{users.kind}: {', '.join(users.logins) or 'none'}{more}"


def _asking(provider: str | None, organization: str) -> Callable[[Callable[[Cloud], Any]], Any]:
    return _by_provider(provider) if provider else _by_environment(organization)


def _by_environment(organization: str) -> Callable[[Callable[[Cloud], Any]], Any]:
    kind = get_kind("github")
    token = os.environ.get("GITHUB_TOKEN", "")
    try:
        credentials = kind.clean_credentials({"token": token, "owner": organization})
    except CredentialProblem as problem:
        raise CommandError(str(problem)) from None

    def ask(question: Callable[[Cloud], Any]) -> Any:
        with connect(kind, credentials, kind.default_regions[0], SECONDS) as cloud:
            return question(cloud)

    return ask


def _by_provider(name: str) -> Callable[[Callable[[Cloud], Any]], Any]:
    sources = Source.objects.filter(resource="repositories", provider__name=name)
    source = sources.select_related("provider").order_by("pk").first()
    if source is None:
        raise CommandError(f"No provider {name!r} lists repositories.")

    def ask(question: Callable[[Cloud], Any]) -> Any:
        answer = ask_source(source, question)
        if answer.error is not None:
            raise answer.error
        return answer.value

    return ask
