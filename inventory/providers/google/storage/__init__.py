"""Google Cloud Storage: by libcloud's driver, over the account's guarded connection and sign-in.

::

    store            libcloud's driver with a connection of the account's
    buckets          buckets of the project
    public_access    whether everybody may read a bucket
    objects          a page of a bucket, and one object
    removal          a page of objects is deleted, of each all generations
    signed_requests  an upload by a form, a download
    signatures       the V4 signature by the service account's own key
    paths            where buckets and objects are at the JSON API
    names            what Cloud Storage takes
    refusals         which of its refusals are temporary and which are final

Facts are from the reference of the JSON API, docs.cloud.google.com/storage/docs/json_api/v1, unless
another page is named. No real account was asked yet.
"""
