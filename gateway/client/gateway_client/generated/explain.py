from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import PlannedAction


class Explain(BaseModel):
    explain: Optional["ExplainExplain"]


class ExplainExplain(BaseModel):
    calls: int
    estimated_ms: Optional[int] = Field(alias="estimatedMs")
    sources: list["ExplainExplainSources"]
    fields: list["ExplainExplainFields"]


class ExplainExplainSources(BaseModel):
    provider: "ExplainExplainSourcesProvider"
    region: str
    resource: str
    call: str
    action: PlannedAction
    estimated_ms: Optional[int] = Field(alias="estimatedMs")
    fields: list[str]


class ExplainExplainSourcesProvider(BaseModel):
    name: str


class ExplainExplainFields(BaseModel):
    path: str
    error: Optional[str]


Explain.model_rebuild()
ExplainExplain.model_rebuild()
ExplainExplainSources.model_rebuild()
