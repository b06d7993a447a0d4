"""boto3 on the gateway's own connections, for the kinds that speak with AWS.

::

    client    a client of one service, made of an account's values and nothing else
    models    the part of a service's model that is used
    sending   every request of a client, over the guarded connections of ``transport``
    documents the errors and the lists of a document of XML
    replies   botocore's parser of XML, which loses no list to one odd object
    errors    botocore's exceptions, translated
    keys      an access key, and in ``grants`` one for a while

Where keys come from: ``roles`` from STS; ``profiles`` from the gateway's own ``~/.aws``, and
``instance_role`` from the machine that it runs on, for whom an operator lists them.

Whoever imports ``client`` imports boto3: kinds do so when their first account is asked.
"""
