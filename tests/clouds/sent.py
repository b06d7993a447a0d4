"""The requests that drivers send over HTTP, whatever cloud they are for.

with requests_sent() as sent:
    ...                      # sent: requests.PreparedRequest, in order
"""

from contextlib import contextmanager

from inventory.providers.transport import BoundedAdapter


@contextmanager
def requests_sent(before=lambda _request: None):
    """``before`` is called with each request before it is sent."""
    plain, sent = BoundedAdapter.send, []

    def send(self, request, *given, **options):
        sent.append(request)
        before(request)
        return plain(self, request, *given, **options)

    BoundedAdapter.send = send
    try:
        yield sent
    finally:
        BoundedAdapter.send = plain
