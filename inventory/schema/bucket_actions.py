"""The mutations that create and delete buckets."""

from typing import Any

import graphene

from gateway.core.graphql.context import Context
from gateway.core.graphql.limit_fields import LimitField
from inventory.access import Role
from inventory.operations.actions.buckets import BUCKET, DELETE_BUCKET
from inventory.schema.actions import ActionMutation, Request, dry_run_argument, target_input
from inventory.schema.dry_run import dry_run_field
from inventory.schema.named import provider_named, target_named
from inventory.services import buckets as services
from jobs.schema import idempotency_key_argument

BucketInput: Any = target_input(BUCKET)


class CreateBucket(ActionMutation):
    """Create a bucket. A name that any account of the store has taken is refused with CONFLICT."""

    dry_run = dry_run_field(BUCKET)

    class Input:
        provider = graphene.ID(required=True, description="Where.")
        name = graphene.String(
            required=True,
            description="Its name, by the rules of the store. For S3: 3 to 63 lower-case letters, "
            "digits, dots and hyphens.",
        )
        region = graphene.String(description="Its region. Absent: the provider's first region.")
        public = graphene.Boolean(
            default_value=False, description="True if everybody may read its objects."
        )
        versioning = graphene.Boolean(
            default_value=False, description="True if earlier versions of its objects are kept."
        )
        idempotency_key = idempotency_key_argument()
        dry_run = dry_run_argument()

    submit, check = staticmethod(services.bucket_create), staticmethod(services.dry_run_create)

    @classmethod
    def request(
        cls,
        context: Context,
        *,
        provider: str,
        name: str,
        region: str | None = None,
        public: bool | None = False,
        versioning: bool | None = False,
    ) -> Request:
        found = provider_named(context, provider, Role.OPERATOR, field="provider")
        arguments = services.bucket_arguments(
            found, name=name, region=region, public=bool(public), versioning=bool(versioning)
        )
        return {"provider": found, "arguments": arguments}


class DeleteBucket(ActionMutation):
    __doc__ = DELETE_BUCKET.description

    dry_run = dry_run_field(BUCKET)

    class Input(BucketInput):
        force = LimitField(
            graphene.Boolean,
            default_value=False,
            description="Delete its objects first, all their versions too, page by page.",
        )

    submit, check = staticmethod(services.bucket_delete), staticmethod(services.dry_run_delete)

    @classmethod
    def request(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        force: bool = False,
    ) -> Request:
        return {"bucket": target_named(context, BUCKET, id), "force": force}
