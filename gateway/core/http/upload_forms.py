"""A signed form of a store, as a ticket that the gateway itself turns into a page.

The page's policy names the store's origin. The gateway's signature proves that the gateway made the
form, for a bucket of a connected provider. The ticket contains the form, and is as secret.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.core import signing
from django.utils import timezone

from gateway.core.http.urls import split_url

# docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
REDIRECT = "success_action_redirect"
SALT = "upload-form"
HOST = re.compile(r"[a-z0-9._:-]+")  # nothing that ends a name in a policy
PORTS = {"http": 80, "https": 443}


class NotAForm(Exception):
    """A ticket that opens no form. The text says why, in sentences."""


@dataclass(frozen=True, slots=True)
class UploadForm:
    """``fields``: hidden ones, in this order before the file."""

    url: str = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    expires_at: datetime

    @property
    def redirect(self) -> str:
        """The address to which the store redirects the browser after the upload; empty: none."""
        return dict(self.fields).get(REDIRECT, "")

    @property
    def origin(self) -> str:
        """The store's origin, as a policy names it. Raises ValueError if the address has none."""
        parts = split_url(self.url)
        host = parts.hostname or ""
        if parts.scheme not in PORTS or not HOST.fullmatch(host):
            raise ValueError(f"There is no page for a form at {parts.scheme}://{host}.")
        name = f"[{host}]" if ":" in host else host
        port = parts.port or PORTS[parts.scheme]
        return f"{parts.scheme}://{name}" + ("" if port == PORTS[parts.scheme] else f":{port}")


def ticket_of(form: UploadForm) -> str:
    content = [form.url, form.fields, form.expires_at.timestamp()]
    return signing.dumps(content, salt=SALT, compress=True)


def form_of(ticket: str) -> UploadForm:
    """Raises NotAForm."""
    try:
        url, fields, expires_at = signing.loads(ticket, salt=SALT)
        moment = datetime.fromtimestamp(expires_at, tz=timezone.get_default_timezone())
        form = UploadForm(url, tuple((name, value) for name, value in fields), moment)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotAForm("The gateway did not make this form.") from None
    if form.expires_at <= timezone.now():
        raise NotAForm("The form has expired.")
    return form
