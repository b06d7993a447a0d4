"""botocore's parsers of ``ec2``, ``query`` and ``rest-xml``, on lxml and without their surprises.

- One odd value damages one member: botocore raises Python's ValueError for a number that is none,
  and a repeated element becomes a list of elements where a text is expected. Here a member that
  cannot be read is None, and of a repeated one the first is read.
- The answer must be that of the operation: botocore reads any page as an answer without members.
- A list of the answer itself may contain items and nothing else: botocore makes a member of any
  element and ignores a text, and so makes a shorter list without an error.
- A refusal that is no XML keeps its status and its text; botocore puts the whole page into an
  exception that says what the parser saw.

Documents are bounded as in ``inventory.providers.markup``.
"""

from typing import Any

from botocore.parsers import (
    EC2QueryParser,
    QueryParser,
    ResponseParserFactory,
    RestXMLParser,
)
from libcloud.common.types import MalformedResponseError

from inventory.providers.boto.documents import checked_entries, local_name, texts_of_refusal
from inventory.providers.markup import parsed
from inventory.providers.reading import UNEXPECTED_FORM

SCALARS = frozenset(
    {"blob", "boolean", "character", "double", "float", "integer", "long", "string", "timestamp"}
)
FIRST_ERROR = 300
# The root of each answer that has a document, as docs.aws.amazon.com/AmazonS3/latest/API shows it.
ROOTS = {
    "DeleteObjects": "DeleteResult",
    "GetBucketAcl": "AccessControlPolicy",
    "GetBucketEncryption": "ServerSideEncryptionConfiguration",
    "GetBucketPolicyStatus": "PolicyStatus",
    "GetBucketTagging": "Tagging",
    "GetBucketVersioning": "VersioningConfiguration",
    "GetPublicAccessBlock": "PublicAccessBlockConfiguration",
    "ListBuckets": "ListAllMyBucketsResult",
    "ListObjectVersions": "ListVersionsResult",
    "ListObjectsV2": "ListBucketResult",
}
DEFAULT_ITEMS = {"ec2": "item", "query": "member"}


class Tolerant:
    """A mixin for botocore's parsers of XML."""

    item: str

    def _is_generic_error_response(self, _response: Any) -> bool:
        return False  # a page of a proxy is read below

    def _parse_xml_string_to_dom(self, body: bytes) -> Any:
        return parsed(body)

    def _do_error_parse(self, response: Any, _shape: Any) -> dict[str, Any]:
        code, message = "", response["body"].decode(errors="replace")
        if errors := texts_of_refusal(response["body"]):
            (code, message), *others = errors
            message = "; ".join([message, *(": ".join(filter(None, one)) for one in others)])
        return {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {}}

    def _parse_body_as_xml(
        self, response: Any, shape: Any, inject_metadata: bool = True
    ) -> dict[str, Any]:
        if not response["body"].strip():
            raise MalformedResponseError(f"HTTP status {response['status_code']} without a body.")
        root = parsed(response["body"])
        operation = response["context"]["operation_name"]
        if local_name(root) != f"{operation}Response":
            message = f"{operation} was answered with <{local_name(root)}>."
            raise MalformedResponseError(message)
        found: dict[str, Any] = {}
        if shape is not None:
            found = self._parse_shape(shape, self._checked(root, shape))
        if inject_metadata:
            self._inject_response_metadata(root, found)  # type: ignore[attr-defined]
        return found

    def _checked(self, root: Any, shape: Any) -> Any:
        """The element that has the members of ``shape``, with its lists checked."""
        wrapper = shape.serialization.get("resultWrapper")
        start = root if wrapper is None else root.find(f"{{*}}{wrapper}")
        if start is None:
            raise MalformedResponseError(f"{UNEXPECTED_FORM}: {wrapper} is missing.")
        for name, member in shape.members.items():
            if member.type_name == "list" and not member.serialization.get("flattened"):
                element = start.find(f"{{*}}{member.serialization.get('name', name)}")
                if element is not None:
                    checked_entries(element, member.member.serialization.get("name", self.item))
        return start

    def _handle_boolean(self, _shape: Any, node: Any) -> bool:
        """Ignores case and space around the text: botocore takes " True " for false."""
        text = node if isinstance(node, str) else node.text or ""
        return text.strip().lower() == "true"

    def _parse_shape(self, shape: Any, node: Any) -> Any:
        if isinstance(node, list) and not shape.serialization.get("flattened"):
            node = node[0]  # a repeated element
        if shape.type_name in SCALARS and not isinstance(node, str) and len(node):
            return None  # elements in place of a text
        try:
            return super()._parse_shape(shape, node)  # type: ignore[misc]
        except (ValueError, OverflowError, TypeError):
            if shape.type_name in SCALARS:
                return None
            raise


class TolerantEC2Parser(Tolerant, EC2QueryParser):
    item = DEFAULT_ITEMS["ec2"]


class TolerantQueryParser(Tolerant, QueryParser):
    item = DEFAULT_ITEMS["query"]


class TolerantRestXMLParser(Tolerant, RestXMLParser):
    """The model does not say what a document of S3 is called: ``ROOTS`` does."""

    item = DEFAULT_ITEMS["query"]

    def _parse_payload(
        self, response: Any, shape: Any, member_shapes: Any, final_parsed: dict[str, Any]
    ) -> None:
        operation = response["context"]["operation_name"]
        expected = ROOTS.get(operation)
        if expected is not None and response["status_code"] < FIRST_ERROR:
            if not response["body"].strip():
                raise MalformedResponseError(f"{operation} was answered without a body.")
            found = local_name(parsed(response["body"]))
            # Some stores name it after the operation, which no SDK looks at.
            if found not in {expected, f"{operation}Response", f"{operation}Result"}:
                raise MalformedResponseError(f"{operation} was answered with <{found}>.")
        super()._parse_payload(response, shape, member_shapes, final_parsed)


PARSERS = {
    "ec2": TolerantEC2Parser,
    "query": TolerantQueryParser,
    "rest-xml": TolerantRestXMLParser,
}


class TolerantParsers(ResponseParserFactory):
    """botocore's component ``response_parser_factory``."""

    def create_parser(self, protocol_name: str) -> Any:
        parser = PARSERS.get(protocol_name)
        return super().create_parser(protocol_name) if parser is None else parser()
