"""The mutations on objects of a bucket. They ask the store at once, without a job."""

from collections.abc import Sequence
from typing import Any

import graphene

from gateway.core.graphql.context import Context
from gateway.core.graphql.mutation import Mutation, root_fields
from gateway.core.graphql.pure import pure
from gateway.core.http.upload_forms import UploadForm, ticket_of
from inventory.operations.actions.buckets import BUCKET
from inventory.schema.actions import TagInput, pairs_of
from inventory.schema.named import target_named
from inventory.services import objects as services

EXPIRES_IN = (
    f"How long it is valid, in seconds; at most {services.MOST_SECONDS}; absent: "
    f"{services.USUAL_SECONDS}. It ends with the credentials, if they end earlier."
)


def bucket_argument() -> graphene.ID:
    return graphene.ID(required=True, description="The bucket.")


def key_argument() -> graphene.String:
    return graphene.String(required=True, description="The object's key, exactly.")


def _bucket(context: Context, value: str) -> Any:
    return target_named(context, BUCKET, value, field="bucket")


class PutObject(Mutation):
    """Write a text as an object. An object with the same key is replaced. The gateway does not
    store the text.
    """

    takes_api_token = True
    key = graphene.String(description="The key of the object that was written.")

    class Input:
        bucket = bucket_argument()
        key = key_argument()
        text = graphene.String(
            required=True,
            description=f"Its content: at most {services.MOST_TEXT_BYTES} bytes in UTF-8. Larger "
            "ones are uploaded: createUploadUrl.",
        )
        content_type = graphene.String(description=f"Its media type; absent: {services.TEXT_TYPE}.")
        metadata = graphene.List(
            graphene.NonNull(TagInput),
            description="The metadata: names in lower case, values in printable ASCII.",
        )

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        bucket: str,
        key: str,
        text: str,
        content_type: str | None = None,
        metadata: Sequence[Any] | None = None,
    ) -> Any:
        services.object_put(
            bucket=_bucket(context, bucket),
            key=key,
            text=text,
            content_type=content_type,
            metadata=pairs_of(metadata),
        )
        return cls(key=key)


class DeleteObject(Mutation):
    """Delete an object. It is no error if there is none. Earlier versions of it stay."""

    takes_api_token = True
    key = graphene.String(description="The key of the object that is deleted.")

    class Input:
        bucket = bucket_argument()
        key = key_argument()

    @classmethod
    def perform(cls, context: Context, *, bucket: str, key: str) -> Any:
        services.object_delete(bucket=_bucket(context, bucket), key=key)
        return cls(key=key)


class SignedPart(graphene.ObjectType):
    """A header or a field of a form."""

    name = graphene.String(required=True, description="Its name.")
    value = graphene.String(required=True, description="Its value.")


class SigningMutation(Mutation):
    """A mutation that answers with a signed request."""

    class Meta:
        abstract = True

    takes_api_token = True
    url = graphene.String(
        description="The address of the request. Anybody who has it can use it until it expires: "
        "keep it secret."
    )
    method = graphene.String(description="The HTTP method.")
    headers = graphene.List(
        graphene.NonNull(SignedPart), required=True, description="Headers that it must have."
    )
    fields = graphene.List(
        graphene.NonNull(SignedPart),
        required=True,
        description="Fields of a form (multipart/form-data), before the field `file` with the "
        "content. Empty: it has no form, and the body of a PUT is the content.",
    )
    expires_at = graphene.DateTime(description="When it expires.")

    @staticmethod
    @pure
    def resolve_headers(payload: Any) -> Any:
        return payload.headers or []

    @staticmethod
    @pure
    def resolve_fields(payload: Any) -> Any:
        return payload.fields or []

    @classmethod
    def answer(cls, signed: services.Signed) -> Any:
        request = signed.request
        return cls(
            url=request.url,
            method=request.method,
            headers=[SignedPart(name=name, value=value) for name, value in request.headers],
            fields=[SignedPart(name=name, value=value) for name, value in request.fields],
            expires_at=signed.expires_at,
        )


class CreateUploadUrl(SigningMutation):
    """Sign a request that uploads this object, up to a size and until a time.

    Anybody who has the request can use it. It is a form or, if `fields` is empty, a PUT whose body
    is the content. The file does not pass through the gateway.
    """

    ticket = graphene.String(
        description="Opens the form as a page of this gateway: send it as the field `ticket` of a "
        "form, by POST to /upload/. It needs a `redirect` to the gateway's own /upload/done. "
        "Keep it secret, as the form. Null: there is no form."
    )

    class Input:
        bucket = bucket_argument()
        key = key_argument()
        expires_in = graphene.Int(description=EXPIRES_IN)
        max_size = graphene.Float(
            description="The largest size in bytes that the store accepts; absent: 5 GiB, the "
            "largest size of one request. Swift and Azure cannot limit it: leave it "
            "out there."
        )
        content_type = graphene.String(
            description="The media type of the object; absent: that of the upload."
        )
        redirect = graphene.String(
            description="Where the store sends the browser after the upload, http or https; "
            "absent: the store answers 204, or 201. Only with a form."
        )

    @classmethod
    def perform(cls, context: Context, *, bucket: str, key: str, **given: Any) -> Any:
        found = _bucket(context, bucket)
        return cls.answer(services.upload_sign(bucket=found, key=key, **given))

    @classmethod
    def answer(cls, signed: services.Signed) -> Any:
        payload = super().answer(signed)
        request = signed.request
        if request.fields:
            payload.ticket = ticket_of(UploadForm(request.url, request.fields, signed.expires_at))
        return payload


class CreateDownloadUrl(SigningMutation):
    """Sign a request that downloads this object until a time.

    Anybody who has the request can use it. The store is not asked whether the object exists.
    """

    class Input:
        bucket = bucket_argument()
        key = key_argument()
        expires_in = graphene.Int(description=EXPIRES_IN)

    @classmethod
    def perform(
        cls, context: Context, *, bucket: str, key: str, expires_in: int | None = None
    ) -> Any:
        found = _bucket(context, bucket)
        return cls.answer(services.download_sign(bucket=found, key=key, expires_in=expires_in))


ObjectMutations: Any = root_fields(
    "ObjectMutations", PutObject, DeleteObject, CreateUploadUrl, CreateDownloadUrl
)
