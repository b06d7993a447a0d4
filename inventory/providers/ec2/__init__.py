"""Amazon EC2 and what speaks its language, on libcloud's driver.

::

    driver    libcloud's EC2 driver with an endpoint of one's own, paging and a namespace for all
    regions   Amazon's regions and their hosts
    parse     EC2's XML → our records
    catalog   instance types with prices, images worth offering, zones
    actions   all that is done to machines
"""
