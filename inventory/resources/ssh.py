"""The command by which a person logs in to a machine."""

import re
import shlex
from typing import Any

from inventory.providers.login_users import login_user

# The columns that the command depends on.
COLUMNS = ("public_dns_names", "public_ips", "private_ips", "key_pair_id", "image_name")
# An address or a name: nothing that ssh takes for an option or for another user.
HOST = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]*\Z")


def ssh_command(row: Any) -> str | None:
    """``ssh -i key.pem user@host``, quoted for a shell; None: the machine has no address.

    The host is a public name, else a public address, else a private one. A part that is not known
    is left out.
    """
    host = _host(row)
    if host is None:
        return None
    words = ["ssh"]
    if row.key_pair_id and row.key_pair_id.isprintable():
        words += ["-i", f"{row.key_pair_id}.pem"]
    user = login_user(row.provider.kind.login_users, row.image_name)
    words.append(host if user is None else f"{user}@{host}")
    return shlex.join(words)


def _host(row: Any) -> str | None:
    candidates = (*row.public_dns_names, *row.public_ips, *row.private_ips)
    return next((one for one in candidates if HOST.match(one)), None)
