"""Amazon EC2 and what speaks its language: boto3, and libcloud's connection for the one long list.

``DescribeInstances`` is read by a parser of the gateway's own, at a quarter of libcloud's time and
a tenth of boto3's; ``benchmarks/cases/ec2.py`` measures it. Everything else is a call of boto3.

::

    query     libcloud's driver with an endpoint of one's own, and a namespace for all
    parse     instances in EC2's XML → our records
    known_replies  the records of earlier replies, for those that did not change
    identities  where an account's keys come from, and who lists those of the gateway's own
    account_keys  the keys: the account's, an identity's, or those of a role
    driver    one region of one account, with its keys: libcloud's connection and boto3's client
    regions   Amazon's regions and their hosts
    records   boto3's answers → our records
    catalog   instance types with prices, images worth offering, zones
    images    the names of images, read beside the instances
    calls     what each action asks, as boto3's parameters
    actions   all that is done to machines
    dry_run   whether it would be done
    volumes, snapshots  block storage; devices: free names
    own_images  images of the account
    tags      tags of what is no machine
    key_pairs  key pairs
    security_groups  groups and rules
    deeds     actions as requests
    blockers  what protects an instance
    failures  how an accepted request failed
    refusals  which are final
    credentials  keys and roles
"""
