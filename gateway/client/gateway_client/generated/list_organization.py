from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import RepositoryVisibility


class ListOrganization(BaseModel):
    organization: Optional["ListOrganizationOrganization"]


class ListOrganizationOrganization(BaseModel):
    login: str
    repositories: Optional["ListOrganizationOrganizationRepositories"]
    members: Optional[list["ListOrganizationOrganizationMembers"]] = None


class ListOrganizationOrganizationRepositories(BaseModel):
    total_count: Optional[int] = Field(alias="totalCount")
    page_info: "ListOrganizationOrganizationRepositoriesPageInfo" = Field(
        alias="pageInfo"
    )
    nodes: list["ListOrganizationOrganizationRepositoriesNodes"]


class ListOrganizationOrganizationRepositoriesPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


class ListOrganizationOrganizationRepositoriesNodes(BaseModel):
    id: str
    name: str
    url: str
    description: str
    stars: Optional[int]
    visibility: Optional[RepositoryVisibility]
    pushed_at: Optional[datetime] = Field(alias="pushedAt")


class ListOrganizationOrganizationMembers(BaseModel):
    login: str
    name: Optional[str]
    url: str


ListOrganization.model_rebuild()
ListOrganizationOrganization.model_rebuild()
ListOrganizationOrganizationRepositories.model_rebuild()
