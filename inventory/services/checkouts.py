"""A repository that a new machine clones at its first boot, as user data for cloud-init."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.core.errors import InvalidInput
from inventory.models import Repository
from inventory.records.repository import RepositoryState
from inventory.records.repository import RepositoryVisibility as Visibility
from inventory.types import MISSING

DIRECTORY = "/opt"
LONGEST_REF = 255  # bytes: a branch is a file of the clone's, and most file systems take no more
# The address has no user name, query or fragment: they may contain tokens.
CLONE_URL = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/[A-Za-z0-9._~%+-]+)+/?")
NAME = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]+")
# git-scm.com/docs/git-check-ref-format; and "a branch name cannot start with a dash".
REFUSED_IN_REF = re.compile(r"^[-/]|^@\Z|\.\.|@\{|//|[ ~^:?*\[\\]|(^|/)\.|\.lock(/|\Z)|[./]\Z")
# A clone has tags, and the branches of its origin: git-scm.com/docs/git-clone. It has no
# FETCH_HEAD, ORIG_HEAD or MERGE_HEAD, which other commands write.
NOT_IN_CLONE = re.compile(r"refs/(?!tags/|remotes/origin/)|[A-Z_]+_HEAD\Z")
NOT_CLONED = {
    Visibility.PRIVATE: "its host shows it only to those whom its owner lets in",
    Visibility.INTERNAL: "its host shows it only to members of an enterprise",
    RepositoryState.DISABLED: "its host has disabled it",
    MISSING: "its host lists it no more",
}


@dataclass(frozen=True, slots=True)
class Checkout:
    """The repository that a new machine clones, as it was ordered.

    ``repository``: its global id. ``ref``: a branch, tag or commit; None: the default branch.
    ``find``: its row, as it is now. Raises NotFound. An idempotency key stands for the id and the
    ref, so the row is found after the key: the repository may have been renamed, or be gone.
    """

    repository: str
    ref: str | None
    find: Callable[[], Repository]

    def arguments(self) -> dict[str, Any]:
        return {"repository": self.repository, "ref": self.ref}

    def user_data(self) -> str:
        """Raises InvalidInput for a ref that git refuses, for a repository that cannot be cloned
        without credentials, and for an address that is not plain https.
        """
        return rendered(self.find(), self.ref)


def rendered(repository: Repository, ref: str | None = None) -> str:
    """Like ``Checkout.user_data``."""
    if ref is not None:
        _check_ref(ref)
    _check_access(repository)
    if not CLONE_URL.fullmatch(repository.url):
        message = (
            "A machine clones https://<host>/<path> only, without a user name, a query or a "
            "fragment; the url of this repository is another one."
        )
        raise InvalidInput(message, field="repository")
    if not NAME.fullmatch(repository.name):
        message = "The name of this repository cannot be the name of a directory."
        raise InvalidInput(message, field="repository")
    return _cloud_config(repository.url, repository.name, ref)


def _check_access(repository: Repository) -> None:
    for word in (repository.state, repository.visibility):
        if word in NOT_CLONED:
            message = f"A machine clones without credentials, and {NOT_CLONED[word]}."
            raise InvalidInput(message, field="repository")


def _cloud_config(url: str, name: str, ref: str | None) -> str:
    """A cloud-config. Each command is a list, which no shell reads: cloud-init quotes its items.

    YAML reads JSON, and a text in JSON's quotes has no other meaning there. Packages are installed
    before the commands run.
    github.com/canonical/cloud-init: doc/examples/cloud-config-run-cmds.txt, config/cloud.cfg.tmpl
    """
    path = f"{DIRECTORY}/{name}"
    commands = [["git", "clone", "--", url, path]]
    if ref is not None:
        # ``clone --branch`` takes no commit. The last dashes: a ref is never taken for a file.
        commands.append(["git", "-C", path, "checkout", ref, "--"])
    lines = [f"  - {json.dumps(command, ensure_ascii=False)}" for command in commands]
    return "\n".join(["#cloud-config", 'packages: ["git"]', "runcmd:", *lines, ""])


def _check_ref(ref: str) -> None:
    if NOT_IN_CLONE.match(ref):
        message = "A clone has no such ref: name a branch without refs/heads/, a tag or a commit."
        raise InvalidInput(message, field="ref")
    # Printable first: a lone surrogate has no bytes.
    if ref and ref.isprintable() and not REFUSED_IN_REF.search(ref):
        if len(ref.encode()) <= LONGEST_REF:
            return
        raise InvalidInput(f"ref is longer than {LONGEST_REF} bytes.", field="ref")
    raise InvalidInput("ref is no name of a branch, a tag or a commit.", field="ref")
