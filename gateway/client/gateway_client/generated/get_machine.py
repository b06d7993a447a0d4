from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import MachineParts


class GetMachine(BaseModel):
    virtual_machine: Optional["GetMachineVirtualMachine"] = Field(
        alias="virtualMachine"
    )


GetMachineVirtualMachine = MachineParts
GetMachine.model_rebuild()
