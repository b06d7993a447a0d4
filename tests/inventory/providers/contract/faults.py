"""Every way that a cloud may fail over HTTP, and the error that reports it."""

import builtins
import http.client
import inspect
import re
import socket
import ssl
from dataclasses import dataclass

import requests
import urllib3

from inventory.providers import ProviderErrorCode as Code
from tests.clouds.static_ec2 import Reply, reply


@dataclass(frozen=True)
class Fault:
    reply: Reply
    code: Code
    retryable: bool = True
    timeout: float = 60.0  # seconds that the task is given


FAULTS = {
    "403": Fault(reply("no", 403), Code.PERMISSION_DENIED, retryable=False),
    "429": Fault(reply("slower", 429, headers={"Retry-After": "7"}), Code.RATE_LIMITED),
    "500": Fault(reply("oops", 500), Code.PROVIDER_ERROR),
    "timeout": Fault(Reply(delay=5), Code.TIMEOUT, timeout=0.5),
    "header drips": Fault(Reply(header_drip=0.05), Code.TIMEOUT, timeout=0.5),
    "body drips": Fault(reply("{" * 10_000, drip=0.05), Code.TIMEOUT, timeout=0.5),
    "reset": Fault(Reply(reset=True), Code.UNREACHABLE),
    "closed": Fault(Reply(closed=True), Code.UNREACHABLE),
    "cut": Fault(Reply(b'{"hello": []}' * 9, cut=True), Code.UNREACHABLE),
    "no gzip": Fault(reply("oops", headers={"Content-Encoding": "gzip"}), Code.PROVIDER_ERROR),
    "garbage": Fault(reply("<html>{oops"), Code.PROVIDER_ERROR),
    "empty": Fault(reply(""), Code.PROVIDER_ERROR),
    "another object": Fault(reply('{"hello": []}'), Code.PROVIDER_ERROR),
    "a proxy's page": Fault(reply("<html>Bad gateway", 502), Code.PROVIDER_ERROR),
    "no object": Fault(reply("[]"), Code.PROVIDER_ERROR),
}
# Names of classes in whose words no message may be, and other marks of code.
FOREIGN_CLASSES = {
    name
    for module in (builtins, http.client, socket, ssl, requests.exceptions, urllib3.exceptions)
    for name, found in inspect.getmembers(module, inspect.isclass)
    if issubclass(found, BaseException)
} | {"HTTPConnectionPool", "HTTPSConnectionPool", "HTTPConnection", "HTTPSConnection", "NoneType"}
FOREIGN = re.compile(
    rf"\b(?:{'|'.join(sorted(FOREIGN_CLASSES))})\b|_Pool|_Checked|Errno|_ssl\.c|<string>|(?<!')<html"
    r"|Max retries|object at 0x|Connection aborted|Read timed out|Remote end closed|Failed to parse"
    r"|Error -\d|^\(|^'[^']*'$|IncompleteRead|content-encoding|XML_PARSE"
)
# Values of Retry-After that servers send, though no client can take them as seconds.
ODD_WAITS = {
    "milliseconds": "1795826204000",
    "thirty digits": "9" * 30,
    "infinite": "inf",
    "no number": "nan",
    "negative": "-7",
    "hexadecimal": "0x7",
    "an empty text": "",
    "a word": "soon",
    "not ASCII": "\xb2",
    "a past date": "Fri, 31 Dec 1999 23:59:59 GMT",
    "a date of another zone": "Thu, 31 Dec 2099 23:59:59 +0200",
    "a date of no calendar": "Fri, 31 Dec 99999999999 23:59:59 GMT",
}
# A reply from a server that is not the cloud, such as a proxy.
NOT_THE_CLOUD = "a proxy's 404"
REPLIES = {name: fault.reply for name, fault in FAULTS.items()} | {
    NOT_THE_CLOUD: reply("<html>Not found", 404)
}
REPLIES |= {
    name: reply("slower", 429, headers={"Retry-After": text}) for name, text in ODD_WAITS.items()
}
