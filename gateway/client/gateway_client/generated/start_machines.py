from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import DryRunParts, JobParts, Problem


class StartMachines(BaseModel):
    start_virtual_machines: Optional["StartMachinesStartVirtualMachines"] = Field(
        alias="startVirtualMachines"
    )


class StartMachinesStartVirtualMachines(BaseModel):
    job: Optional["StartMachinesStartVirtualMachinesJob"]
    dry_run: Optional["StartMachinesStartVirtualMachinesDryRun"] = Field(alias="dryRun")
    errors: list["StartMachinesStartVirtualMachinesErrors"]


StartMachinesStartVirtualMachinesJob = JobParts
StartMachinesStartVirtualMachinesDryRun = DryRunParts
StartMachinesStartVirtualMachinesErrors = Problem
StartMachines.model_rebuild()
StartMachinesStartVirtualMachines.model_rebuild()
