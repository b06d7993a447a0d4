"""The driver of one region of one account, at AWS or at an endpoint of one's own."""

from gateway.core.http.urls import split_url
from inventory.providers.ec2.query import QueryDriver
from inventory.providers.ec2.regions import AMAZONS_DOMAINS, AMAZONS_SCHEME, amazon_host
from inventory.providers.ec2.roles import keys_of
from inventory.providers.kind import Values


class EC2Driver(QueryDriver):
    """Building one asks nothing, unless a role is to be assumed whose keys are not at hand."""

    def __init__(self, credentials: Values, region: str, timeout: float) -> None:
        url = credentials.get("endpoint_url") or f"https://{amazon_host(region)}"
        endpoint = split_url(url)
        self.is_amazons = endpoint.scheme == AMAZONS_SCHEME and (endpoint.hostname or "").endswith(
            AMAZONS_DOMAINS
        )
        # OpenStack's EC2 API, Eucalyptus, moto and others take ClientToken without honouring it.
        self.is_vendors_endpoint = self.is_amazons
        # Of whom the names of images are remembered.
        self.account = (credentials["access_key_id"], credentials.get("role_arn"), url, region)
        super().__init__(keys_of(credentials, region, timeout), url, region, timeout)
