"""What a runner tells the child process that it starts, as one argument of its command line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """What to run.

    Attributes:
        database: path of the jobs' file.
        job: id of the job.
        token: of the claim to it.
        target: ``module:function`` to call.
        grace_seconds: that the function has for ending once it is asked to.
        log_level: a name of the ``logging`` module.
    """

    database: str
    job: str
    token: str
    target: str
    grace_seconds: float
    log_level: str

    def as_argument(self) -> str:
        """Return it as text, for :meth:`from_argument`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, text: str) -> Order:
        """Return the order that a text holds."""
        return cls(**json.loads(text))
