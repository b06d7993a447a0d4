"""Bringing in what another system lists: repositories, from replies of the GitHub REST API.

::

    file, standard input, URL ──documents──► JSON ──github──► records ──repositories──► rows
                                  │ download: pages of one origin          one transaction

Nothing is written before everything was read and understood.
"""
