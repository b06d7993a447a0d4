"""A delegate that allows everything; a test replaces the methods that it tests."""

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
        """The delegate writes nothing else."""

    def prepare_scheduled(self, request):
        return ""

    def submit_scheduled(self, request):
        raise NotImplementedError
