"""The methods of libcloud that a kind does not use, and the defect of each.

::

    scripted  libcloud's own drivers, with replies that a test writes
    checks    the defects that several methods share
    azure, containers, ec2 with ec2_rows, google, openstack, storage, tokens  the rows of each kind
    table     all rows, and docs/libcloud-methods.md
"""
