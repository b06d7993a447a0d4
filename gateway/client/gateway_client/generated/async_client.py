from typing import Any, Optional, Union

from .async_base_client import AsyncBaseClient
from .base_model import UNSET, UnsetType
from .cancel_job import CancelJob, CancelJobCancelJob
from .check_provider import CheckProvider, CheckProviderCheckProvider
from .connect_provider import ConnectProvider, ConnectProviderConnectProvider
from .disconnect_provider import (
    DisconnectProvider,
    DisconnectProviderDisconnectProvider,
)
from .explain import Explain, ExplainExplain
from .get_job import GetJob, GetJobJob
from .get_machine import GetMachine, GetMachineVirtualMachine
from .get_viewer import GetViewer, GetViewerViewer
from .input_types import (
    BucketFilter,
    CancelJobInput,
    CheckProviderInput,
    ConnectProviderInput,
    CreateDownloadUrlInput,
    CreateUploadUrlInput,
    DisconnectProviderInput,
    JobFilter,
    ProvisionVirtualMachineInput,
    RebootVirtualMachineInput,
    RetryJobInput,
    StartVirtualMachinesInput,
    StopVirtualMachinesInput,
    TagVirtualMachineInput,
    TerminateVirtualMachinesInput,
    VirtualMachineFilter,
    VirtualMachineOrder,
)
from .list_buckets import ListBuckets, ListBucketsBuckets
from .list_jobs import ListJobs, ListJobsJobs
from .list_machines import ListMachines, ListMachinesVirtualMachines
from .list_objects import ListObjects, ListObjectsBucket
from .list_organization import ListOrganization, ListOrganizationOrganization
from .list_provider_kinds import ListProviderKinds, ListProviderKindsProviderKinds
from .list_providers import ListProviders, ListProvidersProviders
from .log_in import LogIn, LogInTokenAuth
from .log_out import LogOut, LogOutRevokeToken
from .provision_machines import (
    ProvisionMachines,
    ProvisionMachinesProvisionVirtualMachine,
)
from .reboot_machine import RebootMachine, RebootMachineRebootVirtualMachine
from .refresh_session import RefreshSession, RefreshSessionRefreshToken
from .retry_job import RetryJob, RetryJobRetryJob
from .sign_download import SignDownload, SignDownloadCreateDownloadUrl
from .sign_upload import SignUpload, SignUploadCreateUploadUrl
from .start_machines import StartMachines, StartMachinesStartVirtualMachines
from .stop_machines import StopMachines, StopMachinesStopVirtualMachines
from .tag_machine import TagMachine, TagMachineTagVirtualMachine
from .terminate_machines import (
    TerminateMachines,
    TerminateMachinesTerminateVirtualMachines,
)


def gql(q: str) -> str:
    return q


class AsyncClient(AsyncBaseClient):
    async def get_viewer(self, **kwargs: Any) -> Optional[GetViewerViewer]:
        query = gql("""
            query GetViewer {
              viewer {
                id
                login
                name
                superuser
              }
            }
            """)
        variables: dict[str, object] = {}
        response = await self.execute(
            query=query, operation_name="GetViewer", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return GetViewer.model_validate(data).viewer

    async def list_machines(
        self,
        filter_: Union[Optional[VirtualMachineFilter], UnsetType] = UNSET,
        order_by: Union[Optional[VirtualMachineOrder], UnsetType] = UNSET,
        first: Union[Optional[int], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        max_age: Union[Optional[int], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Optional[ListMachinesVirtualMachines]:
        query = gql("""
            query ListMachines($filter: VirtualMachineFilter, $orderBy: VirtualMachineOrder, $first: Int, $after: String, $maxAge: Int) {
              virtualMachines(
                filter: $filter
                orderBy: $orderBy
                first: $first
                after: $after
                maxAge: $maxAge
              ) {
                totalCount
                complete
                sources {
                  ...ReceiptParts
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
                nodes {
                  ...MachineParts
                }
              }
            }

            fragment MachineParts on VirtualMachine {
              id
              name
              state
              region
              provider {
                id
                name
              }
              size {
                name
              }
              vcpus
              memory
              publicIps
              privateIps
              pricePerHour
              tags {
                key
                value
              }
              createdAt
              observedAt
              stale
              externalId
              problem
            }

            fragment ReceiptParts on SourceReceipt {
              provider {
                id
                name
              }
              region
              resource
              status
              completeness
              fetchedAt
              count
              error {
                code
                message
              }
            }
            """)
        variables: dict[str, object] = {
            "filter": filter_,
            "orderBy": order_by,
            "first": first,
            "after": after,
            "maxAge": max_age,
        }
        response = await self.execute(
            query=query, operation_name="ListMachines", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ListMachines.model_validate(data).virtual_machines

    async def get_machine(
        self, id: str, max_age: Union[Optional[int], UnsetType] = UNSET, **kwargs: Any
    ) -> Optional[GetMachineVirtualMachine]:
        query = gql("""
            query GetMachine($id: ID!, $maxAge: Int) {
              virtualMachine(id: $id, maxAge: $maxAge) {
                ...MachineParts
              }
            }

            fragment MachineParts on VirtualMachine {
              id
              name
              state
              region
              provider {
                id
                name
              }
              size {
                name
              }
              vcpus
              memory
              publicIps
              privateIps
              pricePerHour
              tags {
                key
                value
              }
              createdAt
              observedAt
              stale
              externalId
              problem
            }
            """)
        variables: dict[str, object] = {"id": id, "maxAge": max_age}
        response = await self.execute(
            query=query, operation_name="GetMachine", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return GetMachine.model_validate(data).virtual_machine

    async def list_providers(
        self, **kwargs: Any
    ) -> Optional[list[ListProvidersProviders]]:
        query = gql("""
            query ListProviders {
              providers {
                id
                name
                status
                regions
                kind {
                  slug
                  label
                }
                lastError {
                  code
                  message
                }
                viewerRole
                createdAt
                endsWithDemo
              }
            }
            """)
        variables: dict[str, object] = {}
        response = await self.execute(
            query=query, operation_name="ListProviders", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ListProviders.model_validate(data).providers

    async def list_provider_kinds(
        self, **kwargs: Any
    ) -> Optional[list[ListProviderKindsProviderKinds]]:
        query = gql("""
            query ListProviderKinds {
              providerKinds {
                slug
                label
                description
                defaultRegions
                credentialFields {
                  ...CredentialParts
                }
                drivers {
                  name
                  label
                  credentialFields {
                    ...CredentialParts
                  }
                }
              }
            }

            fragment CredentialParts on CredentialField {
              name
              label
              help
              type
              required
              secret
              choices
              default
            }
            """)
        variables: dict[str, object] = {}
        response = await self.execute(
            query=query,
            operation_name="ListProviderKinds",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return ListProviderKinds.model_validate(data).provider_kinds

    async def list_jobs(
        self,
        filter_: Union[Optional[JobFilter], UnsetType] = UNSET,
        first: Union[Optional[int], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Optional[ListJobsJobs]:
        query = gql("""
            query ListJobs($filter: JobFilter, $first: Int, $after: String) {
              jobs(filter: $filter, first: $first, after: $after) {
                totalCount
                pageInfo {
                  hasNextPage
                  endCursor
                }
                nodes {
                  ...JobParts
                }
              }
            }

            fragment JobParts on Job {
              id
              label
              operation
              state
              progress
              createdAt
              finishedAt
              targetName
              providerName
              requesterLogin
              error {
                code
                message
                retryable
              }
              createdObjects {
                id
                type
                name
                isCertain
              }
            }
            """)
        variables: dict[str, object] = {
            "filter": filter_,
            "first": first,
            "after": after,
        }
        response = await self.execute(
            query=query, operation_name="ListJobs", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ListJobs.model_validate(data).jobs

    async def get_job(self, id: str, **kwargs: Any) -> Optional[GetJobJob]:
        query = gql("""
            query GetJob($id: ID!) {
              job(id: $id) {
                ...JobParts
                events(last: 50) {
                  nodes {
                    at
                    kind
                    message
                  }
                }
              }
            }

            fragment JobParts on Job {
              id
              label
              operation
              state
              progress
              createdAt
              finishedAt
              targetName
              providerName
              requesterLogin
              error {
                code
                message
                retryable
              }
              createdObjects {
                id
                type
                name
                isCertain
              }
            }
            """)
        variables: dict[str, object] = {"id": id}
        response = await self.execute(
            query=query, operation_name="GetJob", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return GetJob.model_validate(data).job

    async def explain(
        self,
        query: str,
        variables: Union[Optional[Any], UnsetType] = UNSET,
        operation_name: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Optional[ExplainExplain]:
        _query = gql("""
            query Explain($query: String!, $variables: JSON, $operationName: String) {
              explain(query: $query, variables: $variables, operationName: $operationName) {
                calls
                estimatedMs
                sources {
                  provider {
                    name
                  }
                  region
                  resource
                  call
                  action
                  estimatedMs
                  fields
                }
                fields {
                  path
                  error
                }
              }
            }
            """)
        _variables: dict[str, object] = {
            "query": query,
            "variables": variables,
            "operationName": operation_name,
        }
        response = await self.execute(
            query=_query, operation_name="Explain", variables=_variables, **kwargs
        )
        data = self.get_data(response)
        return Explain.model_validate(data).explain

    async def list_buckets(
        self,
        filter_: Union[Optional[BucketFilter], UnsetType] = UNSET,
        first: Union[Optional[int], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        max_age: Union[Optional[int], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Optional[ListBucketsBuckets]:
        query = gql("""
            query ListBuckets($filter: BucketFilter, $first: Int, $after: String, $maxAge: Int) {
              buckets(filter: $filter, first: $first, after: $after, maxAge: $maxAge) {
                totalCount
                complete
                sources {
                  ...ReceiptParts
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
                nodes {
                  id
                  name
                  region
                  state
                  createdAt
                  provider {
                    id
                    name
                  }
                }
              }
            }

            fragment ReceiptParts on SourceReceipt {
              provider {
                id
                name
              }
              region
              resource
              status
              completeness
              fetchedAt
              count
              error {
                code
                message
              }
            }
            """)
        variables: dict[str, object] = {
            "filter": filter_,
            "first": first,
            "after": after,
            "maxAge": max_age,
        }
        response = await self.execute(
            query=query, operation_name="ListBuckets", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ListBuckets.model_validate(data).buckets

    async def list_objects(
        self,
        bucket: str,
        prefix: Union[Optional[str], UnsetType] = UNSET,
        delimiter: Union[Optional[str], UnsetType] = UNSET,
        first: Union[Optional[int], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Optional[ListObjectsBucket]:
        query = gql("""
            query ListObjects($bucket: ID!, $prefix: String, $delimiter: String, $first: Int, $after: String) {
              bucket(id: $bucket) {
                id
                name
                objects(prefix: $prefix, delimiter: $delimiter, first: $first, after: $after) {
                  nodes {
                    key
                    size
                    lastModified
                    etag
                    storageClass
                  }
                  prefixes
                  pageInfo {
                    hasNextPage
                    endCursor
                  }
                }
              }
            }
            """)
        variables: dict[str, object] = {
            "bucket": bucket,
            "prefix": prefix,
            "delimiter": delimiter,
            "first": first,
            "after": after,
        }
        response = await self.execute(
            query=query, operation_name="ListObjects", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ListObjects.model_validate(data).bucket

    async def list_organization(
        self,
        login: str,
        first: Union[Optional[int], UnsetType] = UNSET,
        after: Union[Optional[str], UnsetType] = UNSET,
        members: Union[Optional[bool], UnsetType] = UNSET,
        **kwargs: Any,
    ) -> Optional[ListOrganizationOrganization]:
        query = gql("""
            query ListOrganization($login: String!, $first: Int, $after: String, $members: Boolean = false) {
              organization(login: $login) {
                login
                repositories(first: $first, after: $after) {
                  totalCount
                  pageInfo {
                    hasNextPage
                    endCursor
                  }
                  nodes {
                    id
                    name
                    url
                    description
                    stars
                    visibility
                    pushedAt
                  }
                }
                members(first: 100) @include(if: $members) {
                  login
                  name
                  url
                }
              }
            }
            """)
        variables: dict[str, object] = {
            "login": login,
            "first": first,
            "after": after,
            "members": members,
        }
        response = await self.execute(
            query=query,
            operation_name="ListOrganization",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return ListOrganization.model_validate(data).organization

    async def log_in(
        self, username: str, password: str, **kwargs: Any
    ) -> Optional[LogInTokenAuth]:
        query = gql("""
            mutation LogIn($username: String!, $password: String!) {
              tokenAuth(username: $username, password: $password) {
                token
                refreshToken
                refreshExpiresIn
                user {
                  login
                }
              }
            }
            """)
        variables: dict[str, object] = {"username": username, "password": password}
        response = await self.execute(
            query=query, operation_name="LogIn", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return LogIn.model_validate(data).token_auth

    async def refresh_session(
        self, refresh_token: str, **kwargs: Any
    ) -> Optional[RefreshSessionRefreshToken]:
        query = gql("""
            mutation RefreshSession($refreshToken: String!) {
              refreshToken(refreshToken: $refreshToken) {
                token
                refreshToken
                refreshExpiresIn
                user {
                  login
                }
              }
            }
            """)
        variables: dict[str, object] = {"refreshToken": refresh_token}
        response = await self.execute(
            query=query, operation_name="RefreshSession", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return RefreshSession.model_validate(data).refresh_token

    async def log_out(
        self, refresh_token: str, **kwargs: Any
    ) -> Optional[LogOutRevokeToken]:
        query = gql("""
            mutation LogOut($refreshToken: String!) {
              revokeToken(refreshToken: $refreshToken) {
                revoked
              }
            }
            """)
        variables: dict[str, object] = {"refreshToken": refresh_token}
        response = await self.execute(
            query=query, operation_name="LogOut", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return LogOut.model_validate(data).revoke_token

    async def start_machines(
        self, input: StartVirtualMachinesInput, **kwargs: Any
    ) -> Optional[StartMachinesStartVirtualMachines]:
        query = gql("""
            mutation StartMachines($input: StartVirtualMachinesInput!) {
              startVirtualMachines(input: $input) {
                job {
                  ...JobParts
                }
                dryRun {
                  ...DryRunParts
                }
                errors {
                  ...Problem
                }
              }
            }

            fragment DryRunParts on DryRun {
              allowed
              checks {
                name
                ok
                message
              }
              targets {
                allowed
                state
                checks {
                  name
                  ok
                  message
                }
                virtualMachine {
                  id
                  name
                  state
                  region
                  provider {
                    name
                  }
                }
              }
            }

            fragment JobParts on Job {
              id
              label
              operation
              state
              progress
              createdAt
              finishedAt
              targetName
              providerName
              requesterLogin
              error {
                code
                message
                retryable
              }
              createdObjects {
                id
                type
                name
                isCertain
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="StartMachines", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return StartMachines.model_validate(data).start_virtual_machines

    async def stop_machines(
        self, input: StopVirtualMachinesInput, **kwargs: Any
    ) -> Optional[StopMachinesStopVirtualMachines]:
        query = gql("""
            mutation StopMachines($input: StopVirtualMachinesInput!) {
              stopVirtualMachines(input: $input) {
                job {
                  ...JobParts
                }
                dryRun {
                  ...DryRunParts
                }
                errors {
                  ...Problem
                }
              }
            }

            fragment DryRunParts on DryRun {
              allowed
              checks {
                name
                ok
                message
              }
              targets {
                allowed
                state
                checks {
                  name
                  ok
                  message
                }
                virtualMachine {
                  id
                  name
                  state
                  region
                  provider {
                    name
                  }
                }
              }
            }

            fragment JobParts on Job {
              id
              label
              operation
              state
              progress
              createdAt
              finishedAt
              targetName
              providerName
              requesterLogin
              error {
                code
                message
                retryable
              }
              createdObjects {
                id
                type
                name
                isCertain
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="StopMachines", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return StopMachines.model_validate(data).stop_virtual_machines

    async def terminate_machines(
        self, input: TerminateVirtualMachinesInput, **kwargs: Any
    ) -> Optional[TerminateMachinesTerminateVirtualMachines]:
        query = gql("""
            mutation TerminateMachines($input: TerminateVirtualMachinesInput!) {
              terminateVirtualMachines(input: $input) {
                job {
                  ...JobParts
                }
                dryRun {
                  ...DryRunParts
                }
                errors {
                  ...Problem
                }
              }
            }

            fragment DryRunParts on DryRun {
              allowed
              checks {
                name
                ok
                message
              }
              targets {
                allowed
                state
                checks {
                  name
                  ok
                  message
                }
                virtualMachine {
                  id
                  name
                  state
                  region
                  provider {
                    name
                  }
                }
              }
            }

            fragment JobParts on Job {
              id
              label
              operation
              state
              progress
              createdAt
              finishedAt
              targetName
              providerName
              requesterLogin
              error {
                code
                message
                retryable
              }
              createdObjects {
                id
                type
                name
                isCertain
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query,
            operation_name="TerminateMachines",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return TerminateMachines.model_validate(data).terminate_virtual_machines

    async def reboot_machine(
        self, input: RebootVirtualMachineInput, **kwargs: Any
    ) -> Optional[RebootMachineRebootVirtualMachine]:
        query = gql("""
            mutation RebootMachine($input: RebootVirtualMachineInput!) {
              rebootVirtualMachine(input: $input) {
                job {
                  ...JobParts
                }
                dryRun {
                  ...DryRunParts
                }
                errors {
                  ...Problem
                }
              }
            }

            fragment DryRunParts on DryRun {
              allowed
              checks {
                name
                ok
                message
              }
              targets {
                allowed
                state
                checks {
                  name
                  ok
                  message
                }
                virtualMachine {
                  id
                  name
                  state
                  region
                  provider {
                    name
                  }
                }
              }
            }

            fragment JobParts on Job {
              id
              label
              operation
              state
              progress
              createdAt
              finishedAt
              targetName
              providerName
              requesterLogin
              error {
                code
                message
                retryable
              }
              createdObjects {
                id
                type
                name
                isCertain
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="RebootMachine", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return RebootMachine.model_validate(data).reboot_virtual_machine

    async def tag_machine(
        self, input: TagVirtualMachineInput, **kwargs: Any
    ) -> Optional[TagMachineTagVirtualMachine]:
        query = gql("""
            mutation TagMachine($input: TagVirtualMachineInput!) {
              tagVirtualMachine(input: $input) {
                job {
                  ...JobParts
                }
                dryRun {
                  ...DryRunParts
                }
                errors {
                  ...Problem
                }
              }
            }

            fragment DryRunParts on DryRun {
              allowed
              checks {
                name
                ok
                message
              }
              targets {
                allowed
                state
                checks {
                  name
                  ok
                  message
                }
                virtualMachine {
                  id
                  name
                  state
                  region
                  provider {
                    name
                  }
                }
              }
            }

            fragment JobParts on Job {
              id
              label
              operation
              state
              progress
              createdAt
              finishedAt
              targetName
              providerName
              requesterLogin
              error {
                code
                message
                retryable
              }
              createdObjects {
                id
                type
                name
                isCertain
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="TagMachine", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return TagMachine.model_validate(data).tag_virtual_machine

    async def provision_machines(
        self, input: ProvisionVirtualMachineInput, **kwargs: Any
    ) -> Optional[ProvisionMachinesProvisionVirtualMachine]:
        query = gql("""
            mutation ProvisionMachines($input: ProvisionVirtualMachineInput!) {
              provisionVirtualMachine(input: $input) {
                job {
                  ...JobParts
                }
                dryRun {
                  ...DryRunParts
                }
                errors {
                  ...Problem
                }
              }
            }

            fragment DryRunParts on DryRun {
              allowed
              checks {
                name
                ok
                message
              }
              targets {
                allowed
                state
                checks {
                  name
                  ok
                  message
                }
                virtualMachine {
                  id
                  name
                  state
                  region
                  provider {
                    name
                  }
                }
              }
            }

            fragment JobParts on Job {
              id
              label
              operation
              state
              progress
              createdAt
              finishedAt
              targetName
              providerName
              requesterLogin
              error {
                code
                message
                retryable
              }
              createdObjects {
                id
                type
                name
                isCertain
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query,
            operation_name="ProvisionMachines",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return ProvisionMachines.model_validate(data).provision_virtual_machine

    async def cancel_job(
        self, input: CancelJobInput, **kwargs: Any
    ) -> Optional[CancelJobCancelJob]:
        query = gql("""
            mutation CancelJob($input: CancelJobInput!) {
              cancelJob(input: $input) {
                job {
                  ...JobParts
                }
                errors {
                  ...Problem
                }
              }
            }

            fragment JobParts on Job {
              id
              label
              operation
              state
              progress
              createdAt
              finishedAt
              targetName
              providerName
              requesterLogin
              error {
                code
                message
                retryable
              }
              createdObjects {
                id
                type
                name
                isCertain
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="CancelJob", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CancelJob.model_validate(data).cancel_job

    async def retry_job(
        self, input: RetryJobInput, **kwargs: Any
    ) -> Optional[RetryJobRetryJob]:
        query = gql("""
            mutation RetryJob($input: RetryJobInput!) {
              retryJob(input: $input) {
                job {
                  ...JobParts
                }
                errors {
                  ...Problem
                }
              }
            }

            fragment JobParts on Job {
              id
              label
              operation
              state
              progress
              createdAt
              finishedAt
              targetName
              providerName
              requesterLogin
              error {
                code
                message
                retryable
              }
              createdObjects {
                id
                type
                name
                isCertain
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="RetryJob", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return RetryJob.model_validate(data).retry_job

    async def connect_provider(
        self, input: ConnectProviderInput, **kwargs: Any
    ) -> Optional[ConnectProviderConnectProvider]:
        query = gql("""
            mutation ConnectProvider($input: ConnectProviderInput!) {
              connectProvider(input: $input) {
                provider {
                  id
                  name
                  status
                }
                errors {
                  ...Problem
                }
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="ConnectProvider", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return ConnectProvider.model_validate(data).connect_provider

    async def check_provider(
        self, input: CheckProviderInput, **kwargs: Any
    ) -> Optional[CheckProviderCheckProvider]:
        query = gql("""
            mutation CheckProvider($input: CheckProviderInput!) {
              checkProvider(input: $input) {
                errors {
                  ...Problem
                }
                provider {
                  id
                  name
                  status
                }
                check {
                  credentialsValid
                  warnings
                  missingPermissions {
                    capability
                    actions
                    regions
                  }
                  regionsError {
                    code
                    message
                  }
                  regions {
                    region
                    reachable
                    latencyMs
                    credentialsValid
                    error {
                      code
                      message
                    }
                  }
                }
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="CheckProvider", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return CheckProvider.model_validate(data).check_provider

    async def disconnect_provider(
        self, input: DisconnectProviderInput, **kwargs: Any
    ) -> Optional[DisconnectProviderDisconnectProvider]:
        query = gql("""
            mutation DisconnectProvider($input: DisconnectProviderInput!) {
              disconnectProvider(input: $input) {
                id
                errors {
                  ...Problem
                }
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query,
            operation_name="DisconnectProvider",
            variables=variables,
            **kwargs,
        )
        data = self.get_data(response)
        return DisconnectProvider.model_validate(data).disconnect_provider

    async def sign_upload(
        self, input: CreateUploadUrlInput, **kwargs: Any
    ) -> Optional[SignUploadCreateUploadUrl]:
        query = gql("""
            mutation SignUpload($input: CreateUploadUrlInput!) {
              createUploadUrl(input: $input) {
                url
                method
                headers {
                  name
                  value
                }
                fields {
                  name
                  value
                }
                expiresAt
                errors {
                  ...Problem
                }
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="SignUpload", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return SignUpload.model_validate(data).create_upload_url

    async def sign_download(
        self, input: CreateDownloadUrlInput, **kwargs: Any
    ) -> Optional[SignDownloadCreateDownloadUrl]:
        query = gql("""
            mutation SignDownload($input: CreateDownloadUrlInput!) {
              createDownloadUrl(input: $input) {
                url
                method
                headers {
                  name
                  value
                }
                expiresAt
                errors {
                  ...Problem
                }
              }
            }

            fragment Problem on MutationError {
              field
              code
              message
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="SignDownload", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return SignDownload.model_validate(data).create_download_url
