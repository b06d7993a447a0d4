"""Permissions by libvirt's names, for a daemon with an access driver that distinguishes users.

Each is an action of polkit below ``org.libvirt.api``: libvirt.org/acl.html and aclpolkit.html.
An account can find out which of them it has only by trying.
"""


def named(*names: str) -> tuple[str, ...]:
    """The actions of polkit for these permissions, as ``domain.start``."""
    return tuple(f"org.libvirt.api.{name}" for name in names)
