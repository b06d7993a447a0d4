"""What a worker can do to machines. Importing this registers every operation."""

from inventory.operations import again, finish, power, provision, reach, reboot, resize, tag

__all__ = ["again", "finish", "power", "provision", "reach", "reboot", "resize", "tag"]
