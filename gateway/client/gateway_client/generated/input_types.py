from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import (
    BucketState,
    JobState,
    OrderDirection,
    VirtualMachineOrderField,
    VirtualMachineState,
)


class VirtualMachineFilter(BaseModel):
    """A filter of machines; all conditions must match. A field with several values matches if one of the values does; tags must all match."""

    provider: Optional[list[str]] = None
    "Ids of providers; only these are asked."
    kind: Optional[list[str]] = None
    "Kinds of providers, for example aws; only these are asked."
    region: Optional[list[str]] = None
    "Regions; only these are asked. A region that no provider has is an error."
    state: Optional[list[VirtualMachineState]] = None
    "States."
    name: Optional[str] = None
    "A text that the machine's name contains; case-insensitive."
    tags: Optional[list["TagFilter"]] = None
    "Tags that it has, all of them; at most 20."
    search: Optional[str] = None
    "Words, each of which must be contained, case-insensitive, in a name or an id (its own, its size's, image's or zone's), an address, or a tag as key=value."
    size: Optional[list[str]] = None
    "Sizes: a Size's id, for machines of its provider and region alone, or the cloud's own id, for machines of all providers and regions."
    image: Optional[list[str]] = None
    "Images: an Image's id, for machines of its provider and region alone, or the cloud's own id, for machines of all providers and regions."
    address: Optional[list[str]] = None
    "Addresses, public or private: whole IPv4 or IPv6 addresses, in any spelling. Networks and parts of an address are refused."
    created_after: Optional[datetime] = Field(alias="createdAfter", default=None)
    "Created (createdAt) at this time or later; UTC if it has no offset. A later start does not count."
    created_before: Optional[datetime] = Field(alias="createdBefore", default=None)
    "Created (createdAt) before this time."
    seen_after: Optional[datetime] = Field(alias="seenAfter", default=None)
    "Last confirmed by its cloud (observedAt) at this time or later."
    seen_before: Optional[datetime] = Field(alias="seenBefore", default=None)
    "Last confirmed by its cloud (observedAt) before this time."
    launched_after: Optional[datetime] = Field(alias="launchedAfter", default=None)
    "Last started (launchedAt) at this time or later, where the cloud reports it."
    launched_before: Optional[datetime] = Field(alias="launchedBefore", default=None)
    "Last started before this time, where the cloud reports it."
    min_price_per_hour: Optional[float] = Field(alias="minPricePerHour", default=None)
    "With a price of this or more, in US dollars an hour. Machines without a known price do not match."
    max_price_per_hour: Optional[float] = Field(alias="maxPricePerHour", default=None)
    "With a price of this or less, in US dollars an hour. Machines without a known price do not match."
    min_monthly_cost: Optional[float] = Field(alias="minMonthlyCost", default=None)
    "With a monthlyCost of this or more, in US dollars. Objects without a known cost do not match."
    max_monthly_cost: Optional[float] = Field(alias="maxMonthlyCost", default=None)
    "With a monthlyCost of this or less, in US dollars. Objects without a known cost do not match."
    tag_keys: Optional[list[str]] = Field(alias="tagKeys", default=None)
    "Keys of tags that it has, all of them; at most 20."
    untagged: Optional[bool] = None
    "true: it has no tags; false: it has one or more."
    stale: Optional[bool] = None
    "The value of stale: the object may have changed or gone since it was seen."
    state_changed_after: Optional[datetime] = Field(
        alias="stateChangedAfter", default=None
    )
    "In its state (stateChangedAt) since this time or later."
    state_changed_before: Optional[datetime] = Field(
        alias="stateChangedBefore", default=None
    )
    "In its state (stateChangedAt) since a time before this one."
    not_: Optional["VirtualMachineExcludingFilter"] = Field(alias="not", default=None)
    "Exclude the objects that match all of these conditions. A condition on an unknown value does not match. An empty filter excludes nothing."


class TagFilter(BaseModel):
    """A condition on a tag or a label."""

    key: str
    "The tag's name, exactly; 999 characters at most."
    value: Optional[str] = None
    "Its value, exactly, 999 characters at most; absent: any value. The filter of an action needs a value."


class VirtualMachineExcludingFilter(BaseModel):
    """The machines to exclude: those that match all conditions."""

    provider: Optional[list[str]] = None
    "Ids of providers."
    kind: Optional[list[str]] = None
    "Kinds of providers, for example aws."
    region: Optional[list[str]] = None
    "Regions."
    state: Optional[list[VirtualMachineState]] = None
    "States."
    name: Optional[str] = None
    "A text that the machine's name contains; case-insensitive."
    tags: Optional[list["TagFilter"]] = None
    "Tags that it has, all of them; at most 20."
    search: Optional[str] = None
    "Words, each of which must be contained, case-insensitive, in a name or an id (its own, its size's, image's or zone's), an address, or a tag as key=value."
    size: Optional[list[str]] = None
    "Sizes: a Size's id, for machines of its provider and region alone, or the cloud's own id, for machines of all providers and regions."
    image: Optional[list[str]] = None
    "Images: an Image's id, for machines of its provider and region alone, or the cloud's own id, for machines of all providers and regions."
    address: Optional[list[str]] = None
    "Addresses, public or private: whole IPv4 or IPv6 addresses, in any spelling. Networks and parts of an address are refused."
    created_after: Optional[datetime] = Field(alias="createdAfter", default=None)
    "Created (createdAt) at this time or later; UTC if it has no offset. A later start does not count."
    created_before: Optional[datetime] = Field(alias="createdBefore", default=None)
    "Created (createdAt) before this time."
    seen_after: Optional[datetime] = Field(alias="seenAfter", default=None)
    "Last confirmed by its cloud (observedAt) at this time or later."
    seen_before: Optional[datetime] = Field(alias="seenBefore", default=None)
    "Last confirmed by its cloud (observedAt) before this time."
    launched_after: Optional[datetime] = Field(alias="launchedAfter", default=None)
    "Last started (launchedAt) at this time or later, where the cloud reports it."
    launched_before: Optional[datetime] = Field(alias="launchedBefore", default=None)
    "Last started before this time, where the cloud reports it."
    min_price_per_hour: Optional[float] = Field(alias="minPricePerHour", default=None)
    "With a price of this or more, in US dollars an hour. Machines without a known price do not match."
    max_price_per_hour: Optional[float] = Field(alias="maxPricePerHour", default=None)
    "With a price of this or less, in US dollars an hour. Machines without a known price do not match."
    min_monthly_cost: Optional[float] = Field(alias="minMonthlyCost", default=None)
    "With a monthlyCost of this or more, in US dollars. Objects without a known cost do not match."
    max_monthly_cost: Optional[float] = Field(alias="maxMonthlyCost", default=None)
    "With a monthlyCost of this or less, in US dollars. Objects without a known cost do not match."
    tag_keys: Optional[list[str]] = Field(alias="tagKeys", default=None)
    "Keys of tags that it has, all of them; at most 20."
    untagged: Optional[bool] = None
    "true: it has no tags; false: it has one or more."
    stale: Optional[bool] = None
    "The value of stale: the object may have changed or gone since it was seen."
    state_changed_after: Optional[datetime] = Field(
        alias="stateChangedAfter", default=None
    )
    "In its state (stateChangedAt) since this time or later."
    state_changed_before: Optional[datetime] = Field(
        alias="stateChangedBefore", default=None
    )
    "In its state (stateChangedAt) since a time before this one."


class VirtualMachineOrder(BaseModel):
    """How machines are ordered."""

    field: VirtualMachineOrderField
    "The field to order by."
    direction: Optional[OrderDirection] = OrderDirection.ASC
    "Ascending or descending."


class BucketFilter(BaseModel):
    """A filter of buckets; all conditions must match. A field with several values matches if one of the values does; tags must all match."""

    provider: Optional[list[str]] = None
    "Ids of providers; only these are asked."
    kind: Optional[list[str]] = None
    "Kinds of providers, for example aws; only these are asked."
    region: Optional[list[str]] = None
    "Regions; only these are asked. A region that no provider has is an error."
    state: Optional[list[BucketState]] = None
    "States."
    name: Optional[str] = None
    "A text that the name contains; case-insensitive."
    tags: Optional[list["TagFilter"]] = None
    "Tags that it has, all of them; at most 20. A bucket whose tags were not read is not found by them: its problem says so."
    min_monthly_cost: Optional[float] = Field(alias="minMonthlyCost", default=None)
    "With a monthlyCost of this or more, in US dollars. Objects without a known cost do not match."
    max_monthly_cost: Optional[float] = Field(alias="maxMonthlyCost", default=None)
    "With a monthlyCost of this or less, in US dollars. Objects without a known cost do not match."
    search: Optional[str] = None
    "Words, each of which must be contained, case-insensitive, in a name, or a tag as key=value."
    created_after: Optional[datetime] = Field(alias="createdAfter", default=None)
    "Created (createdAt) at this time or later; UTC if it has no offset."
    created_before: Optional[datetime] = Field(alias="createdBefore", default=None)
    "Created (createdAt) before this time."
    tag_keys: Optional[list[str]] = Field(alias="tagKeys", default=None)
    "Keys of tags that it has, all of them; at most 20."
    untagged: Optional[bool] = None
    "true: it has no tags; false: it has one or more."
    stale: Optional[bool] = None
    "The value of stale: the object may have changed or gone since it was seen."
    state_changed_after: Optional[datetime] = Field(
        alias="stateChangedAfter", default=None
    )
    "In its state (stateChangedAt) since this time or later."
    state_changed_before: Optional[datetime] = Field(
        alias="stateChangedBefore", default=None
    )
    "In its state (stateChangedAt) since a time before this one."
    not_: Optional["BucketExcludingFilter"] = Field(alias="not", default=None)
    "Exclude the objects that match all of these conditions. A condition on an unknown value does not match. An empty filter excludes nothing."


class BucketExcludingFilter(BaseModel):
    """The buckets to exclude: those that match all conditions."""

    provider: Optional[list[str]] = None
    "Ids of providers."
    kind: Optional[list[str]] = None
    "Kinds of providers, for example aws."
    region: Optional[list[str]] = None
    "Regions."
    state: Optional[list[BucketState]] = None
    "States."
    name: Optional[str] = None
    "A text that the name contains; case-insensitive."
    tags: Optional[list["TagFilter"]] = None
    "Tags that it has, all of them; at most 20. A bucket whose tags were not read is not found by them: its problem says so."
    min_monthly_cost: Optional[float] = Field(alias="minMonthlyCost", default=None)
    "With a monthlyCost of this or more, in US dollars. Objects without a known cost do not match."
    max_monthly_cost: Optional[float] = Field(alias="maxMonthlyCost", default=None)
    "With a monthlyCost of this or less, in US dollars. Objects without a known cost do not match."
    search: Optional[str] = None
    "Words, each of which must be contained, case-insensitive, in a name, or a tag as key=value."
    created_after: Optional[datetime] = Field(alias="createdAfter", default=None)
    "Created (createdAt) at this time or later; UTC if it has no offset."
    created_before: Optional[datetime] = Field(alias="createdBefore", default=None)
    "Created (createdAt) before this time."
    tag_keys: Optional[list[str]] = Field(alias="tagKeys", default=None)
    "Keys of tags that it has, all of them; at most 20."
    untagged: Optional[bool] = None
    "true: it has no tags; false: it has one or more."
    stale: Optional[bool] = None
    "The value of stale: the object may have changed or gone since it was seen."
    state_changed_after: Optional[datetime] = Field(
        alias="stateChangedAfter", default=None
    )
    "In its state (stateChangedAt) since this time or later."
    state_changed_before: Optional[datetime] = Field(
        alias="stateChangedBefore", default=None
    )
    "In its state (stateChangedAt) since a time before this one."


class JobFilter(BaseModel):
    """A filter of jobs. A job matches each field, or one of the values of a list."""

    state: Optional[list[JobState]] = None
    "Their states."
    operation: Optional[list[str]] = None
    "The operation: virtual_machine.stop. An unknown one is an error."
    provider: Optional[list[str]] = None
    "The providers on which they run."
    target: Optional[list[str]] = None
    "The target."
    requested_by: Optional[list[str]] = Field(alias="requestedBy", default=None)
    "The users who requested them."
    created_after: Optional[datetime] = Field(alias="createdAfter", default=None)
    "Requested at this time or later; UTC if it has no offset."
    created_before: Optional[datetime] = Field(alias="createdBefore", default=None)
    "Requested before this time; UTC if it has no offset."


class CancelJobInput(BaseModel):
    """The input of `cancelJob`."""

    id: str
    "The job."


class RetryJobInput(BaseModel):
    """The input of `retryJob`."""

    id: str
    "The job that FAILED or was CANCELED."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A key of your own for this request, of up to 255 characters. For seven days, the same request with the same key returns the same job, and another request with that key is refused. Null and a variable without a value are no key."


class StartVirtualMachinesInput(BaseModel):
    """The input of `startVirtualMachines`."""

    ids: Optional[list[str]] = None
    "The machines. Either these or a filter."
    filter_: Optional["VirtualMachineFilter"] = Field(alias="filter", default=None)
    "A filter of the stored machines. TERMINATED and MISSING ones are left out unless state names them. Every field that is given must have a value, also the value of a tag; null and empty values are refused. In it, a variable without a value is refused."
    max: Optional[int] = 20
    "If more machines than this match, the request is refused. At most 1000."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A key of your own for this request, of up to 255 characters. For seven days, the same request with the same key returns the same job, and another request with that key is refused. Null and a variable without a value are no key."
    dry_run: Optional[bool] = Field(alias="dryRun", default=False)
    "true: check whether the action would succeed, and change nothing. Null and a variable without a value are refused."


class StopVirtualMachinesInput(BaseModel):
    """The input of `stopVirtualMachines`."""

    ids: Optional[list[str]] = None
    "The machines. Either these or a filter."
    filter_: Optional["VirtualMachineFilter"] = Field(alias="filter", default=None)
    "A filter of the stored machines. TERMINATED and MISSING ones are left out unless state names them. Every field that is given must have a value, also the value of a tag; null and empty values are refused. In it, a variable without a value is refused."
    max: Optional[int] = 20
    "If more machines than this match, the request is refused. At most 1000."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A key of your own for this request, of up to 255 characters. For seven days, the same request with the same key returns the same job, and another request with that key is refused. Null and a variable without a value are no key."
    dry_run: Optional[bool] = Field(alias="dryRun", default=False)
    "true: check whether the action would succeed, and change nothing. Null and a variable without a value are refused."


class TerminateVirtualMachinesInput(BaseModel):
    """The input of `terminateVirtualMachines`."""

    ids: Optional[list[str]] = None
    "The machines. Either these or a filter."
    filter_: Optional["VirtualMachineFilter"] = Field(alias="filter", default=None)
    "A filter of the stored machines. TERMINATED and MISSING ones are left out unless state names them. Every field that is given must have a value, also the value of a tag; null and empty values are refused. In it, a variable without a value is refused."
    max: Optional[int] = 20
    "If more machines than this match, the request is refused. At most 1000."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A key of your own for this request, of up to 255 characters. For seven days, the same request with the same key returns the same job, and another request with that key is refused. Null and a variable without a value are no key."
    dry_run: Optional[bool] = Field(alias="dryRun", default=False)
    "true: check whether the action would succeed, and change nothing. Null and a variable without a value are refused."


class TagInput(BaseModel):
    """A tag or label to set."""

    key: str
    "The tag's name."
    value: str
    "The tag's value; may be empty."


class CreateUploadUrlInput(BaseModel):
    """The input of `createUploadUrl`."""

    bucket: str
    "The bucket."
    key: str
    "The object's key, exactly."
    expires_in: Optional[int] = Field(alias="expiresIn", default=None)
    "How long it is valid, in seconds; at most 604800; absent: 900. It ends with the credentials, if they end earlier."
    max_size: Optional[float] = Field(alias="maxSize", default=None)
    "The largest size in bytes that the store accepts; absent: 5 GiB, the largest size of one request. Swift and Azure cannot limit it: leave it out there."
    content_type: Optional[str] = Field(alias="contentType", default=None)
    "The media type of the object; absent: that of the upload."
    redirect: Optional[str] = None
    "Where the store sends the browser after the upload, http or https; absent: the store answers 204, or 201. Only with a form."


class CreateDownloadUrlInput(BaseModel):
    """The input of `createDownloadUrl`."""

    bucket: str
    "The bucket."
    key: str
    "The object's key, exactly."
    expires_in: Optional[int] = Field(alias="expiresIn", default=None)
    "How long it is valid, in seconds; at most 604800; absent: 900. It ends with the credentials, if they end earlier."


class RebootVirtualMachineInput(BaseModel):
    """The input of `rebootVirtualMachine`."""

    id: str
    "The machine."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A key of your own for this request, of up to 255 characters. For seven days, the same request with the same key returns the same job, and another request with that key is refused. Null and a variable without a value are no key."
    dry_run: Optional[bool] = Field(alias="dryRun", default=False)
    "true: check whether the action would succeed, and change nothing. Null and a variable without a value are refused."


class TagVirtualMachineInput(BaseModel):
    """The input of `tagVirtualMachine`."""

    id: str
    "The machine."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A key of your own for this request, of up to 255 characters. For seven days, the same request with the same key returns the same job, and another request with that key is refused. Null and a variable without a value are no key."
    dry_run: Optional[bool] = Field(alias="dryRun", default=False)
    "true: check whether the action would succeed, and change nothing. Null and a variable without a value are refused."
    set_: Optional[list["TagInput"]] = Field(alias="set", default=None)
    "Tags to set."
    remove: Optional[list[str]] = None
    "Keys of tags to remove. Where tags are words (DigitalOcean, Linode), k8s:worker removes this word only."


class ProvisionVirtualMachineInput(BaseModel):
    """The input of `provisionVirtualMachine`."""

    provider: str
    "The provider to buy from."
    name: str
    "Its name; of several, <name>-1 to <name>-<count>."
    size: str
    "The id of a Size, the cloud's own id, or a name if it is unique."
    image: str
    "The id of an Image, the cloud's own id, or a name if it is unique."
    location: Optional[str] = None
    "The id of a Location, the cloud's own id, its name, or a region. Absent: the first of the provider's regions that offers size and image."
    count: Optional[int] = 1
    "How many machines, 1 to 50. For several, the job has a child for each."
    key_pair: Optional[str] = Field(alias="keyPair", default=None)
    "The name of a key pair at the cloud."
    security_groups: Optional[list[str]] = Field(alias="securityGroups", default=None)
    "Names of security groups at the cloud."
    tags: Optional[list["TagInput"]] = None
    "Tags to set."
    user_data: Optional[str] = Field(alias="userData", default=None)
    "The script of the machine's first boot."
    spot: Optional["SpotInput"] = None
    "Order a spot machine: spare capacity, at a price that changes. Its cloud may take it back at any time."
    repository: Optional[str] = None
    "A Repository that the machine clones to /opt/<name> at its first boot, without credentials, in place of userData."
    ref: Optional[str] = None
    "The branch, tag or commit of the repository. Absent: its default branch."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A key of your own for this request, of up to 255 characters. For seven days, the same request with the same key returns the same job, and another request with that key is refused. Null and a variable without a value are no key."
    dry_run: Optional[bool] = Field(alias="dryRun", default=False)
    "true: check whether the action would succeed, and change nothing. Null and a variable without a value are refused."


class SpotInput(BaseModel):
    """Spare capacity of a cloud."""

    max_price_per_hour: Optional[float] = Field(alias="maxPricePerHour", default=None)
    "The highest price of an hour, in US dollars. The machine is terminated when the price rises above it. Absent: the price on demand."


class ConnectProviderInput(BaseModel):
    """The input of `connectProvider`."""

    kind: str
    "A slug of providerKinds."
    name: str
    "Your name for it. Each of your providers has another name."
    credentials: list["CredentialInput"]
    "The values of the kind's credentialFields."
    regions: Optional[list[str]] = None
    'The regions to ask, preferred ones first. Absent: the kind\'s default. ["all"]: every region that the account may use, where the kind has such a list.'
    deadline_ms: Optional[int] = Field(alias="deadlineMs", default=None)
    "How long a region may take to answer, 100 to 120000 milliseconds. Absent: the gateway's own."
    trust_listing: Optional[bool] = Field(alias="trustListing", default=None)
    "true: you vouch that its lists contain every object where no test shows it (UNPROVEN in receipts). Only the owner or a superuser may do so. Absent: false."


class CredentialInput(BaseModel):
    """One credential, or setting, of a provider."""

    name: str
    "Its name, from providerKinds { credentialFields { name } }."
    value: str
    "Its value; numbers and booleans are written as text."


class CheckProviderInput(BaseModel):
    """The input of `checkProvider`."""

    id: str
    "The provider."


class DisconnectProviderInput(BaseModel):
    """The input of `disconnectProvider`."""

    id: str
    "The provider."


VirtualMachineFilter.model_rebuild()
VirtualMachineExcludingFilter.model_rebuild()
BucketFilter.model_rebuild()
BucketExcludingFilter.model_rebuild()
StartVirtualMachinesInput.model_rebuild()
StopVirtualMachinesInput.model_rebuild()
TerminateVirtualMachinesInput.model_rebuild()
TagVirtualMachineInput.model_rebuild()
ProvisionVirtualMachineInput.model_rebuild()
ConnectProviderInput.model_rebuild()
