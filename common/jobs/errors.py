"""What a worker meets that is no longer wanted; no person ever does."""

from common.errors import JobError


class ClaimLost(JobError):
    """A worker wrote about a job that is no longer its own."""
