from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import DryRunParts, JobParts, Problem


class TerminateMachines(BaseModel):
    terminate_virtual_machines: Optional[
        "TerminateMachinesTerminateVirtualMachines"
    ] = Field(alias="terminateVirtualMachines")


class TerminateMachinesTerminateVirtualMachines(BaseModel):
    job: Optional["TerminateMachinesTerminateVirtualMachinesJob"]
    dry_run: Optional["TerminateMachinesTerminateVirtualMachinesDryRun"] = Field(
        alias="dryRun"
    )
    errors: list["TerminateMachinesTerminateVirtualMachinesErrors"]


TerminateMachinesTerminateVirtualMachinesJob = JobParts
TerminateMachinesTerminateVirtualMachinesDryRun = DryRunParts
TerminateMachinesTerminateVirtualMachinesErrors = Problem
TerminateMachines.model_rebuild()
TerminateMachinesTerminateVirtualMachines.model_rebuild()
