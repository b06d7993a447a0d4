"""`./manage.py graphql_schema`: graphene-django's own command, without graphene-django as an app.

Django imports every app, and with this one GraphQL, in processes that serve none: a worker and
`make run` itself. It has no models, and its other parts are not used.
"""

from graphene_django.management.commands.graphql_schema import Command

__all__ = ["Command"]
