"""Swift, and stores with its API, as Ceph: by libcloud's driver, over the account's connections.

::

    connection  requests, and refusals in HTML
    store       libcloud's driver with names that it spells right, and what /info says
    buckets     containers
    objects     a page of a container, and one object
    removal     a page of objects is deleted
    temp_urls   signed requests
    names       what Swift takes
    refusals    which of its refusals are temporary and which are final

Facts are from the Object Store API reference, docs.openstack.org/api-ref/object-store, unless
another source is named, and from Swift 2.38, on which the tests run.
"""
