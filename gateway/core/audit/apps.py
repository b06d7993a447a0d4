from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "gateway.core.audit"
    label = "audit"
