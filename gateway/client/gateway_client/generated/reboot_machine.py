from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import DryRunParts, JobParts, Problem


class RebootMachine(BaseModel):
    reboot_virtual_machine: Optional["RebootMachineRebootVirtualMachine"] = Field(
        alias="rebootVirtualMachine"
    )


class RebootMachineRebootVirtualMachine(BaseModel):
    job: Optional["RebootMachineRebootVirtualMachineJob"]
    dry_run: Optional["RebootMachineRebootVirtualMachineDryRun"] = Field(alias="dryRun")
    errors: list["RebootMachineRebootVirtualMachineErrors"]


RebootMachineRebootVirtualMachineJob = JobParts
RebootMachineRebootVirtualMachineDryRun = DryRunParts
RebootMachineRebootVirtualMachineErrors = Problem
RebootMachine.model_rebuild()
RebootMachineRebootVirtualMachine.model_rebuild()
