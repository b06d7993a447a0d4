"""``GET /export/<list>.<format>``: any list or aggregate as CSV, JSON lines or Parquet.

::

    front        called by the ASGI front for a request to /export/…
    arrivals     a request → its user, its export; refusals
    requests     names and parameters → the wanted export
    export       an export: its first operation, its pages, its end
    validator    the ETag
    documents    the GraphQL operation of an export
    columns      the columns of an export, from the types of the schema
    names        the names of all exports, from the declarations of the resources
    formats      the formats: csv_format, json_lines, parquet
    summary      the contents of the headers and the trailer

An export executes the list's own GraphQL field, a page at a time, so rights, receipts, costs and
``at`` are those of the list. docs/export.md is for users, docs/decisions/0068 has the reasons.
"""
