"""What a worker can do to machines. Importing this registers every operation."""

from inventory.operations import finish, power, provision, reboot, resize, tag

__all__ = ["finish", "power", "provision", "reboot", "resize", "tag"]
