from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import (
    Completeness,
    JobState,
    SourceErrorCode,
    SourceStatus,
    VirtualMachineState,
)


class CredentialParts(BaseModel):
    name: str
    label: str
    help: str
    type_: str = Field(alias="type")
    required: bool
    secret: bool
    choices: list[str]
    default: Optional[str]


class DryRunParts(BaseModel):
    allowed: bool
    checks: list["DryRunPartsChecks"]
    targets: Optional[list["DryRunPartsTargets"]]


class DryRunPartsChecks(BaseModel):
    name: str
    ok: bool
    message: str


class DryRunPartsTargets(BaseModel):
    allowed: bool
    state: Optional[VirtualMachineState]
    checks: list["DryRunPartsTargetsChecks"]
    virtual_machine: "DryRunPartsTargetsVirtualMachine" = Field(alias="virtualMachine")


class DryRunPartsTargetsChecks(BaseModel):
    name: str
    ok: bool
    message: str


class DryRunPartsTargetsVirtualMachine(BaseModel):
    id: str
    name: str
    state: VirtualMachineState
    region: str
    provider: "DryRunPartsTargetsVirtualMachineProvider"


class DryRunPartsTargetsVirtualMachineProvider(BaseModel):
    name: str


class JobParts(BaseModel):
    id: str
    label: str
    operation: str
    state: JobState
    progress: int
    created_at: datetime = Field(alias="createdAt")
    finished_at: Optional[datetime] = Field(alias="finishedAt")
    target_name: Optional[str] = Field(alias="targetName")
    provider_name: Optional[str] = Field(alias="providerName")
    requester_login: Optional[str] = Field(alias="requesterLogin")
    error: Optional["JobPartsError"]
    created_objects: list["JobPartsCreatedObjects"] = Field(alias="createdObjects")


class JobPartsError(BaseModel):
    code: str
    message: str
    retryable: bool


class JobPartsCreatedObjects(BaseModel):
    id: Optional[str]
    type_: str = Field(alias="type")
    name: Optional[str]
    is_certain: bool = Field(alias="isCertain")


class MachineParts(BaseModel):
    id: str
    name: str
    state: VirtualMachineState
    region: str
    provider: "MachinePartsProvider"
    size: Optional["MachinePartsSize"]
    vcpus: Optional[int]
    memory: Optional[int]
    public_ips: list[str] = Field(alias="publicIps")
    private_ips: list[str] = Field(alias="privateIps")
    price_per_hour: Optional[float] = Field(alias="pricePerHour")
    tags: list["MachinePartsTags"]
    created_at: Optional[datetime] = Field(alias="createdAt")
    observed_at: datetime = Field(alias="observedAt")
    stale: bool
    external_id: str = Field(alias="externalId")
    problem: Optional[str]


class MachinePartsProvider(BaseModel):
    id: str
    name: str


class MachinePartsSize(BaseModel):
    name: str


class MachinePartsTags(BaseModel):
    key: str
    value: str


class Problem(BaseModel):
    field: Optional[str]
    code: str
    message: str


class ReceiptParts(BaseModel):
    provider: "ReceiptPartsProvider"
    region: str
    resource: str
    status: SourceStatus
    completeness: Completeness
    fetched_at: Optional[datetime] = Field(alias="fetchedAt")
    count: Optional[int]
    error: Optional["ReceiptPartsError"]


class ReceiptPartsProvider(BaseModel):
    id: str
    name: str


class ReceiptPartsError(BaseModel):
    code: SourceErrorCode
    message: str


CredentialParts.model_rebuild()
DryRunParts.model_rebuild()
JobParts.model_rebuild()
MachineParts.model_rebuild()
Problem.model_rebuild()
ReceiptParts.model_rebuild()
