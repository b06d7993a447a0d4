from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import DryRunParts, JobParts, Problem


class TagMachine(BaseModel):
    tag_virtual_machine: Optional["TagMachineTagVirtualMachine"] = Field(
        alias="tagVirtualMachine"
    )


class TagMachineTagVirtualMachine(BaseModel):
    job: Optional["TagMachineTagVirtualMachineJob"]
    dry_run: Optional["TagMachineTagVirtualMachineDryRun"] = Field(alias="dryRun")
    errors: list["TagMachineTagVirtualMachineErrors"]


TagMachineTagVirtualMachineJob = JobParts
TagMachineTagVirtualMachineDryRun = DryRunParts
TagMachineTagVirtualMachineErrors = Problem
TagMachine.model_rebuild()
TagMachineTagVirtualMachine.model_rebuild()
