"""Signed requests of Cloud Storage, checked as a server does: with the account's public key.

docs.cloud.google.com/storage/docs/authentication/signatures, and "POST Object" of the XML API. It
shares no code with what signs.
"""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.clouds.apis.google_buckets import parts_of
from tests.clouds.static_ec2 import Reply

MOMENT = "%Y%m%dT%H%M%SZ"
LONGEST_SECONDS = 604_800
UNSIGNED = {"policy", "x-goog-signature"}
OWN = ("x-goog-algorithm", "x-goog-credential", "x-goog-date", "x-goog-signature", "key")


class Refused(Exception):
    """``reply``: the refusal, in the form of the XML API."""

    def __init__(self, status, code, message="No."):
        super().__init__(code)
        error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        body = f"<?xml version='1.0' encoding='UTF-8'?>{error}".encode()
        self.reply = Reply(body, status, {"Content-Type": "application/xml"})


class Signed:
    """Needs ``buckets``, ``live``, ``write`` and ``signing_account``, the text of the key file."""

    def answer_to_signed(self, request):
        bucket, _, key = request.path.removeprefix("/").partition("/")
        try:
            if request.method == "POST":
                return self._form(request, bucket)
            return self._download(request, bucket, unquote(key))
        except Refused as refused:
            return refused.reply

    def _download(self, request, bucket, key):
        asked = dict(request.query)
        signature = asked.pop("X-Goog-Signature", "")
        if asked.get("X-Goog-Algorithm") != "GOOG4-RSA-SHA256":
            raise Refused(403, "AccessDenied")
        query = "&".join(
            f"{quote(name, safe='~')}={quote(asked[name], safe='~')}" for name in sorted(asked)
        )
        host = f"host:{request.host}\n\nhost\nUNSIGNED-PAYLOAD"
        canonical = f"{request.method}\n{request.path}\n{query}\n{host}"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        moment, seconds = asked["X-Goog-Date"], int(asked["X-Goog-Expires"])
        scope = asked["X-Goog-Credential"].partition("/")[2]
        self._check_account(asked["X-Goog-Credential"], moment)
        self._check_signature(signature, f"GOOG4-RSA-SHA256\n{moment}\n{scope}\n{digest}")
        if asked["X-Goog-SignedHeaders"] != "host" or seconds > LONGEST_SECONDS:
            raise Refused(400, "InvalidArgument")
        if _time(moment) + timedelta(seconds=seconds) < datetime.now(UTC):
            raise Refused(400, "ExpiredToken")
        live = self.live(bucket, key)
        if live is None:
            raise Refused(404, "NoSuchKey")
        found, data = live
        disposition = asked.get("response-content-disposition", "inline")
        headers = {"Content-Type": found["contentType"], "Content-Disposition": disposition}
        return Reply(data, 200, headers)

    def _form(self, request, bucket):
        """Each field must be in the policy, except for the signature, the file and x-ignore-."""
        fields, file, kind = _parts(request)
        if not all(name in fields for name in OWN):
            raise Refused(400, "InvalidArgument")
        self._check_account(fields["x-goog-credential"], fields["x-goog-date"])
        self._check_signature(fields["x-goog-signature"], fields["policy"])
        _check_policy(json.loads(base64.b64decode(fields["policy"])), bucket, fields, file)
        if bucket not in self.buckets:
            raise Refused(404, "NoSuchBucket")
        self.write(bucket, fields["key"], file, contentType=fields.get("content-type", kind))
        redirect = fields.get("success_action_redirect")
        return Reply(b"", 303, {"Location": redirect}) if redirect else Reply(b"", 204)

    def _check_account(self, credential, moment):
        account = json.loads(self.signing_account)["client_email"]
        if credential != f"{account}/{moment[:8]}/auto/storage/goog4_request":
            raise Refused(403, "AccessDenied")

    def _check_signature(self, signature, text):
        pem = json.loads(self.signing_account)["private_key"].encode()
        key = load_pem_private_key(pem, password=None).public_key()
        try:
            key.verify(bytes.fromhex(signature), text.encode(), PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            raise Refused(403, "SignatureDoesNotMatch") from None


def _check_policy(policy, bucket, fields, file):
    if datetime.fromisoformat(policy["expiration"]) < datetime.now(UTC):
        raise Refused(400, "InvalidPolicyDocument", "The policy has expired.")
    exact, ranges = _conditions(policy)
    given = {name: value for name, value in fields.items() if name not in UNSIGNED}
    if given | {"bucket": bucket} != exact:
        raise Refused(400, "InvalidPolicyDocument", "The form does not meet the conditions.")
    for least, most in ranges:
        if len(file) > most:
            raise Refused(400, "EntityTooLarge")
        if len(file) < least:
            raise Refused(400, "EntityTooSmall")


def _time(moment):
    return datetime.strptime(moment, MOMENT).replace(tzinfo=UTC)


def _conditions(policy):
    """The fields with a value of their own, and the ranges of lengths."""
    exact, ranges = {}, []
    for one in policy["conditions"]:
        if isinstance(one, dict):
            exact |= one
        else:
            assert one[0] == "content-length-range"
            ranges.append(one[1:])
    return exact, ranges


def _parts(request):
    """The fields, the file and the type that the file says."""
    fields, file, kind = {}, b"", ""
    for part in parts_of(request.headers["Content-Type"], request.text):
        name, data = (
            part.get_param("name", header="content-disposition"),
            part.get_payload(decode=1),
        )
        if name == "file":
            file, kind = data, part.get_content_type()
        elif not name.startswith("x-ignore-"):
            fields[name] = data.decode()
    return fields, file, kind
