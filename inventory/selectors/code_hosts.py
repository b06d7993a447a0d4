"""Which code host a question about a repository goes to."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from gateway.core.folding import folded
from gateway.core.http.urls import split_url
from inventory.live.api import read_credentials
from inventory.models import Provider, Source
from inventory.providers import ProviderError
from inventory.providers.credential import CredentialProblem
from inventory.providers.kind import CodeHost
from inventory.selectors.sources import SourceFilter, source_list

REPOSITORIES = "repositories"
# git-scm.com/docs/git-clone, "GIT URLS": [<user>@]<host>:/<path-to-git-repo>
SCP_ADDRESS = re.compile(r"(?:[^@/\s]+@)?([^@:/\s]+):(?!//)")


@dataclass(frozen=True, slots=True)
class HostSource:
    """A source of repositories. ``at``: whose code it lists; None: that cannot be read."""

    source: Source
    at: CodeHost | None

    def is_of(self, url: str, full_name: str) -> bool:
        """True if it may be asked about the repository at this address."""
        if self.at is None or host_of(url) != _without_www(self.at.host):
            return False
        return self.may_ask(full_name.partition("/")[0])

    def may_ask(self, owner: str) -> bool:
        """True if it is connected for the repositories of ``owner``."""
        return self.at is None or not self.at.owner or folded(self.at.owner) == folded(owner)


def host_sources(*, user: Any, providers: Collection[str] | None = None) -> list[HostSource]:
    """The sources of repositories that the user may ask, oldest first.

    ``providers``: public ids.
    """
    found = source_list(user=user, resource=REPOSITORIES, limits=SourceFilter(providers))
    return [HostSource(one, _place_of(one.provider)) for one in found if not one.is_region_set]


def source_at(known: Iterable[HostSource], *, url: str, full_name: str) -> Source | None:
    """The first of ``known`` that may be asked about a repository that no source lists."""
    return next((one.source for one in known if one.is_of(url, full_name)), None)


def host_of(url: str) -> str | None:
    """The host that an address of a repository names, as git reads addresses.

    None: it names none that can be read.
    """
    if (scp := SCP_ADDRESS.match(url)) is not None:
        return _without_www(scp[1].lower())
    try:
        host = split_url(url).hostname
    except ValueError:
        return None
    return None if host is None else _without_www(host)


def _without_www(host: str) -> str:
    return host.removeprefix("www.")


def _place_of(provider: Provider) -> CodeHost | None:
    find = provider.kind.code_host
    if find is None:
        return None
    try:
        return find(read_credentials(provider))
    except (ProviderError, CredentialProblem, ValueError):
        return None
