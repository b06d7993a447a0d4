"""A delegate that allows everything; a test replaces the methods that it is about."""

from jobs.delegate import JobDelegate, ScopeAccess


class PermissiveDelegate(JobDelegate):
    def scope_access(self, user):
        return ScopeAccess(within=[], beyond=[], known=lambda _scopes: set())

    def check_step(self, job, requester):
        """Anybody may."""

    def check_retry(self, job, user):
        """Anybody may."""

    def check_cancel(self, job, scopes, user):
        """Anybody may."""

    def jobs_finished(self, jobs):
        """Nothing else is to be written."""

    def prepare_scheduled(self, request):
        return ""

    def submit_scheduled(self, request):
        raise NotImplementedError
