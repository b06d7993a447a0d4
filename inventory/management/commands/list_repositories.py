"""manage.py list_repositories: an organization's repositories, and who works on them."""

import os
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gateway.core.errors import ExpectedError
from gateway.core.text import printable
from inventory.live.api import ask_source
from inventory.models import Provider, Source
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
        parser.add_argument(
            "--provider", metavar="NAME", help="the connected provider to ask, by its name or id"
        )

    def handle(
        self, *_args: Any, organization: str, users: bool, provider: str | None, **_options: Any
    ) -> None:
        try:
            ask = _asking(provider, organization)
            listing = organization_repositories(login=organization, ask=ask)
            found = listing.repositories
            who: Iterator[Users | None] = users_of(found, ask=ask) if users else iter(())
            for one in found:
                self.stdout.write(printable(one.full_name))
                known = next(who, None)
                if known is not None:
                    self.stdout.write(printable(f"  {_line(known)}"))
        except (ExpectedError, ProviderError) as error:
            raise CommandError(printable(f"{error.code}: {error.message}")) from None
        self.stdout.write(f"{len(found)} repositories.")
        if listing.problem:
            raise CommandError(printable(f"Not all: {listing.problem}"))


def _line(users: Users) -> str:
    if users.problem:
        return f"{users.kind}: not known. {users.problem}"
    more = ", and others" if users.more else ""
    return f"{users.kind}: {', '.join(users.logins) or 'none'}{more}"


def _names(provider: Provider) -> tuple[str, str]:
    return provider.name, provider.scope


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
    sources = Source.objects.filter(resource="repositories").select_related("provider__owner")
    found = [one for one in sources.order_by("pk") if name in _names(one.provider)]
    if not found:
        raise CommandError(f"No provider {name!r} lists repositories.")
    if len({one.provider_id for one in found}) > 1:
        choices = ", ".join(f"{one.provider.scope} of {one.provider.owner}" for one in found)
        raise CommandError(f"Several providers are called {name!r}. Name one by its id: {choices}.")
    source = found[0]

    def ask(question: Callable[[Cloud], Any]) -> Any:
        answer = ask_source(source, question)
        if answer.error is not None:
            raise answer.error
        return answer.value

    return ask
