"""Object stores that apache-libcloud has a storage driver for, by the driver's name.

::

    offered  the reviewed table of drivers that can be connected
    refused  the others, and why
    build    a driver from its row and the credentials of an account
    replies  a store's replies: refusals by its own words, lists by their own names
    buckets  listed, created, deleted
    objects  a page of a bucket, and one object
    names    what stores take through these drivers
    kinds    a ProviderKind for each row
    page     the drivers in docs/providers.md

The offered drivers are all on libcloud's driver of S3. A provider names one as ``storage.minio``:
libcloud's names of compute drivers and of storage drivers overlap.
"""
