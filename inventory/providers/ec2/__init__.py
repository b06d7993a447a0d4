"""Amazon EC2 and what speaks its language, on libcloud's driver.

::

    query     libcloud's driver with an endpoint of one's own, paging and a namespace for all
    roles     keys of an assumed role, from STS
    driver    one region of one account, with its keys
    regions   Amazon's regions and their hosts
    parse     EC2's XML → our records
    catalog   instance types with prices, images worth offering, zones
    images    the names of images, read beside the instances
    filters   filters as parameters
    calls     what each action asks, as data
    actions   all that is done to machines
    dry_run   whether it would be done
"""
