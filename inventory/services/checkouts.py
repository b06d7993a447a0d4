"""A repository that a new machine clones at its first boot, as user data for cloud-init."""

import json
import re
from dataclasses import dataclass

from gateway.core.errors import InvalidInput
from inventory.models import Repository

DIRECTORY = "/opt"
LONGEST_REF = 255  # bytes: a branch is a file of the clone's, and most file systems take no more
# Of the address no user name, query or fragment: they are where tokens stand.
CLONE_URL = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/[A-Za-z0-9._~%+-]+)+/?")
NAME = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]+")
# git-scm.com/docs/git-check-ref-format; and "a branch name cannot start with a dash".
REFUSED_IN_REF = re.compile(r"^[-/]|^@\Z|\.\.|@\{|//|[ ~^:?*\[\\]|(^|/)\.|\.lock(/|\Z)|[./]\Z")


@dataclass(frozen=True, slots=True)
class Checkout:
    """``repository``: its global id. ``ref``: a branch, tag or commit; None: the default branch."""

    repository: str
    ref: str | None
    user_data: str


def checkout_of(repository: Repository, *, global_id: str, ref: str | None = None) -> Checkout:
    """Raises InvalidInput for a ref that git refuses, and for an address that is not plain https.

    The machine clones without credentials.
    """
    if ref is not None:
        _check_ref(ref)
    if not CLONE_URL.fullmatch(repository.url):
        message = (
            "A machine clones https://<host>/<path> only, without a user name, a query or a "
            "fragment; the url of this repository is another one."
        )
        raise InvalidInput(message, field="repository")
    if not NAME.fullmatch(repository.name):
        message = "The name of this repository cannot be the name of a directory."
        raise InvalidInput(message, field="repository")
    return Checkout(global_id, ref, _rendered(repository.url, repository.name, ref))


def _rendered(url: str, name: str, ref: str | None) -> str:
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
    # Printable first: a lone surrogate has no bytes.
    if ref and ref.isprintable() and not REFUSED_IN_REF.search(ref):
        if len(ref.encode()) <= LONGEST_REF:
            return
        raise InvalidInput(f"ref is longer than {LONGEST_REF} bytes.", field="ref")
    raise InvalidInput("ref is no name of a branch, a tag or a commit.", field="ref")
