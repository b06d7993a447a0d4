from typing import Optional

from .base_model import BaseModel


class GetViewer(BaseModel):
    viewer: Optional["GetViewerViewer"]


class GetViewerViewer(BaseModel):
    id: str
    login: str
    name: str
    superuser: bool


GetViewer.model_rebuild()
