from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import DryRunParts, JobParts, Problem


class ProvisionMachines(BaseModel):
    provision_virtual_machine: Optional["ProvisionMachinesProvisionVirtualMachine"] = (
        Field(alias="provisionVirtualMachine")
    )


class ProvisionMachinesProvisionVirtualMachine(BaseModel):
    job: Optional["ProvisionMachinesProvisionVirtualMachineJob"]
    dry_run: Optional["ProvisionMachinesProvisionVirtualMachineDryRun"] = Field(
        alias="dryRun"
    )
    errors: list["ProvisionMachinesProvisionVirtualMachineErrors"]


ProvisionMachinesProvisionVirtualMachineJob = JobParts
ProvisionMachinesProvisionVirtualMachineDryRun = DryRunParts
ProvisionMachinesProvisionVirtualMachineErrors = Problem
ProvisionMachines.model_rebuild()
ProvisionMachinesProvisionVirtualMachine.model_rebuild()
