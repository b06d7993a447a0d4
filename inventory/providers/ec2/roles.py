"""Assumed roles: keys for an hour from STS, kept in this process until shortly before they end.

A user's own keys need to be allowed one thing, to assume the role; what the role may do is said in
the account that it belongs to. At an endpoint of one's own, STS is asked there.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from libcloud.common.types import MalformedResponseError

from inventory.providers import transport
from inventory.providers.budget import Budget
from inventory.providers.ec2.query import AnyNamespaceConnection, Keys, QueryDriver
from inventory.providers.ec2.regions import amazon_host
from inventory.providers.kind import Values

SESSION_NAME = "cloud-gateway"  # CloudTrail shows it beside every call
RENEWED_BEFORE_END = 300.0  # seconds; the longest task is shorter


@dataclass(frozen=True, slots=True)
class RoleKeys:
    """``ends_at``: seconds since 1970."""

    keys: Keys = field(repr=False)
    ends_at: float

    @property
    def is_fresh(self) -> bool:
        return time.time() < self.ends_at - RENEWED_BEFORE_END


class KeptKeys:
    """Keys by what they were asked with. Of many that want the same, one asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking: dict[str, threading.Lock] = {}
        self._kept: dict[str, RoleKeys] = {}

    def get(self, name: str, ask: Callable[[], RoleKeys], *, timeout: float) -> Keys:
        """Raises TimeoutError when another's asking outlasts ``timeout`` seconds."""
        with self._lock:
            asking = self._asking.setdefault(name, threading.Lock())
        if not asking.acquire(timeout=timeout):
            raise TimeoutError("The role's keys did not come within the deadline.")
        try:
            found = self._kept.get(name)
            if found is None or not found.is_fresh:
                found = ask()
                self._keep(name, found)
            return found.keys
        finally:
            asking.release()

    def _keep(self, name: str, found: RoleKeys) -> None:
        with self._lock:
            fresh = {old: keys for old, keys in self._kept.items() if keys.is_fresh}
            self._kept = fresh | {name: found}


KEPT = KeptKeys()


class STSConnection(AnyNamespaceConnection):
    service_name = "sts"


class STSDriver(QueryDriver):
    connectionCls = STSConnection  # noqa: N815 - libcloud's name
    version = "2011-06-15"


def keys_of(credentials: Values, region: str, timeout: float) -> Keys:
    """The account's own keys, or those of the role that it assumes. Asks STS for a role's."""
    own = Keys(
        credentials["access_key_id"],
        credentials["secret_access_key"],
        credentials.get("session_token"),
    )
    role = credentials.get("role_arn")
    if not role:
        return own
    url = credentials.get("endpoint_url") or f"https://{amazon_host(region, 'sts')}"
    external_id = credentials.get("external_id") or ""
    ends_at = time.monotonic() + timeout

    def ask() -> RoleKeys:
        left = ends_at - time.monotonic()
        return _assume(STSDriver(own, url, region, left), role, external_id, Budget(left))

    facts = "\n".join([*own.secrets, url, region, role, external_id])
    return KEPT.get(hashlib.sha256(facts.encode()).hexdigest(), ask, timeout=timeout)


def _assume(sts: STSDriver, role: str, external_id: str, budget: Budget) -> RoleKeys:
    transport.bind(sts, budget)
    try:
        parameters = {"RoleArn": role, "RoleSessionName": SESSION_NAME}
        if external_id:
            parameters["ExternalId"] = external_id
        reply = sts.ask("AssumeRole", **parameters)
    finally:
        transport.close(sts)
    found = {element.tag.rpartition("}")[2]: element.text or "" for element in reply.iter()}
    try:
        keys = Keys(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
        ends_at = datetime.fromisoformat(found["Expiration"]).timestamp()
    except (KeyError, ValueError):
        message = "AssumeRole was answered without keys and when they end."
        raise MalformedResponseError(message, driver=sts) from None
    return RoleKeys(keys, ends_at)
