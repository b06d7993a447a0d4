from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import MachineParts, ReceiptParts


class ListMachines(BaseModel):
    virtual_machines: Optional["ListMachinesVirtualMachines"] = Field(
        alias="virtualMachines"
    )


class ListMachinesVirtualMachines(BaseModel):
    total_count: int = Field(alias="totalCount")
    complete: bool
    sources: list["ListMachinesVirtualMachinesSources"]
    page_info: "ListMachinesVirtualMachinesPageInfo" = Field(alias="pageInfo")
    nodes: list["ListMachinesVirtualMachinesNodes"]


ListMachinesVirtualMachinesSources = ReceiptParts


class ListMachinesVirtualMachinesPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


ListMachinesVirtualMachinesNodes = MachineParts
ListMachines.model_rebuild()
ListMachinesVirtualMachines.model_rebuild()
