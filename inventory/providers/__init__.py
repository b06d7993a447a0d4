"""Clouds. The only place that imports libcloud or boto3, and it knows no model.

::

    kind        ProviderKind: what a kind declares
    capability  what can be done: a verb on a resource, and its public name
    table       {(resource, verb): function}, from marked functions
    account     whose account the credentials are for, as a digest
    credential  CredentialField: what to know about an account, and how it is judged
    dry_runs    how a dry run is requested, and the evidence that it does not act
    overrides   the earlier form of a table, deprecated
    prices      what a kind says of prices; price_file: libcloud's list of them
    price_lists  clouds' own lists of prices
    registry    every module here that has a KIND, and what installed packages bring
    reference   docs/providers.md from the declarations
    preparation  loading a driver once in a process
    adapter     connect(kind, credentials, region, timeout) → Cloud
    generic     libcloud's common interface as our records, and as a table
    probe       what a check asks: permissions, latency, the clock
    response_timing  how long a reply took, and the clock it reports
    transport   bounds of every request: time, size, redirects, certificates
    reply_limits  what all replies to one task may hold together
    retries     reads that are sent again when they are throttled
    refusals    which refusals are temporary and which are final
    guard       sockets that connect to allowed addresses only
    token_cache tokens and temporary keys, kept until shortly before they end
    addresses   which addresses are public
    tags        how a cloud compares tags
    flat_tags   tags of clouds that know words only
    task_secrets  what no error of one task may contain: also what its requests carry
    secret_parts  the secrets inside a secret that is a document
    exceptions  foreign errors → ProviderError
    checks      a Django system check of the declarations
    rest        clouds that speak JSON, on libcloud's connections
    markup      XML that somebody else wrote
    aws, ec2    Amazon EC2 and what is compatible with it
    libvirt     libvirt's daemons, in their own protocol
    azure, digitalocean, google, linode, openstack
    simulator   a cloud of our own
    identity    whether an answer is about the object that was asked for
    order_marker  what an earlier attempt at an order has made
    text_marks  the mark of an order in a text, where there are no tags; public_keys of key pairs
    delivery    whether a request that failed may have been carried out; unanswered has those
    accepted    requests that a cloud carries out later
    paging      the pages of a listing
    reading     JSON of unknown form; times, names and value_limits of it
    endpoints   one spelling of an address
    tls         authorities and client certificates of one's own
    release     what a task holds is released
    secret_texts  texts of clouds without secrets
    failure_messages  exceptions in our words; causes: what one wraps
    login_users  whom an image lets in
    boto        boto3 on the gateway's connections
    libcloud    every compute driver of libcloud
    github      repositories
    docker, kubernetes  containers
    s3          object stores; store_rules are what the store of a kind takes
"""

from inventory.providers.account import AccountFields, unreadable_digest
from inventory.providers.adapter import Cloud, connect
from inventory.providers.capability import Capability
from inventory.providers.credential import CredentialField, CredentialProblem
from inventory.providers.dry_runs import DryRun, Parameter, Place
from inventory.providers.exceptions import ProviderError, ProviderErrorCode, ServiceAbsent
from inventory.providers.generic import table_over_libcloud
from inventory.providers.kind import ProviderKind, RateLimit
from inventory.providers.overrides import Overrides
from inventory.providers.registry import BrokenKind, UnknownKind, all_kinds, get_kind, shipped
from inventory.providers.table import DeclarationError, Table, beside, does, reads, table_of

__all__ = [
    "AccountFields",
    "BrokenKind",
    "Capability",
    "Cloud",
    "CredentialField",
    "CredentialProblem",
    "DeclarationError",
    "DryRun",
    "Overrides",
    "Parameter",
    "Place",
    "ProviderError",
    "ProviderErrorCode",
    "ProviderKind",
    "RateLimit",
    "ServiceAbsent",
    "Table",
    "UnknownKind",
    "all_kinds",
    "beside",
    "connect",
    "does",
    "get_kind",
    "reads",
    "shipped",
    "table_of",
    "table_over_libcloud",
    "unreadable_digest",
]
