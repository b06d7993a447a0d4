"""The drivers of libcloud that can be connected: a row each, in the order of their names.

Each was read in apache-libcloud 3.9.1: it is built without a request, and all its requests go over
libcloud's own connection, which the guard bounds. ``refused`` names the others.
"""

from inventory.providers.libcloud.self_hosted import SELF_HOSTED
from inventory.providers.libcloud.vendors import VENDORS

ROWS = tuple(sorted((*SELF_HOSTED, *VENDORS), key=lambda row: row.name))
