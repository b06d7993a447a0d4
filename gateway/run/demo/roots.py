"""A running machine of the demo keeps its root volume, as at AWS."""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_block_store import EBSBackend
from moto.ec2.models.instances import Instance

# The states in which AWS detaches the root volume.
OFF = frozenset({"stopped", "terminated"})


def keep_roots() -> None:
    """Make moto refuse to detach one. It detaches any volume, and itself those of a machine that is
    being terminated.
    """
    detach, tear_down = EBSBackend.detach_volume, Instance.teardown_defaults

    def detach_volume(
        self: Any, volume_id: str, instance_id: str | None, device_path: str | None
    ) -> Any:
        attachment = self.get_volume(volume_id).attachment
        if attachment is not None:
            instance = attachment.instance
            is_root = attachment.device == instance.root_device_name
            is_ending = getattr(instance, "is_ending", False)
            if is_root and instance.state not in OFF and not is_ending:
                message = f"Unable to detach root volume '{volume_id}' from '{instance.id}'"
                raise EC2ClientError("OperationNotPermitted", message)
        return detach(self, volume_id, instance_id, device_path)

    def teardown_defaults(self: Any) -> None:
        self.is_ending = True
        tear_down(self)

    EBSBackend.detach_volume = detach_volume
    Instance.teardown_defaults = teardown_defaults
