"""Azure Blob Storage: by libcloud's driver, over the account's guarded connection and sign-in.

::

    accounts         storage accounts of the subscription, and their containers, at Resource Manager
    store            libcloud's driver with a connection to each storage account
    buckets          containers
    objects          a page of a container, and one blob
    removal          a page of blobs is deleted, of each all versions and snapshots
    signed_requests  requests with a shared access signature
    names            what Blob Storage takes
    refusals         which of its refusals are temporary and which are final

Facts are from learn.microsoft.com/rest/api/storageservices unless another page is named. No real
account was asked yet.
"""
