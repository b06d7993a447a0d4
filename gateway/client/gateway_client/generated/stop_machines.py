from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import DryRunParts, JobParts, Problem


class StopMachines(BaseModel):
    stop_virtual_machines: Optional["StopMachinesStopVirtualMachines"] = Field(
        alias="stopVirtualMachines"
    )


class StopMachinesStopVirtualMachines(BaseModel):
    job: Optional["StopMachinesStopVirtualMachinesJob"]
    dry_run: Optional["StopMachinesStopVirtualMachinesDryRun"] = Field(alias="dryRun")
    errors: list["StopMachinesStopVirtualMachinesErrors"]


StopMachinesStopVirtualMachinesJob = JobParts
StopMachinesStopVirtualMachinesDryRun = DryRunParts
StopMachinesStopVirtualMachinesErrors = Problem
StopMachines.model_rebuild()
StopMachinesStopVirtualMachines.model_rebuild()
