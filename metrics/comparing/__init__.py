"""Which embedder serves some pictures best: quality, size and speed, measured side by side.

A module imports only from rows below it:

==============  =================================================================================
``files``       a report on disk: JSON and Markdown
``rendering``   a report as an aligned table for terminals, and as Markdown
``embedders``   the use case: compare embedders on a trial
``report``      what was found, as frozen values, and its form as JSON
``pareto``      which of several is beaten in quality and cost alike
``speed``       images per second and milliseconds per query, by turns
``embedding``   the pictures of a trial as embedded samples
``candidates``  embedders with the size of their models; those that cannot be used, with the reason
``trials``      labelled pictures, and who asks among whom
``held_out``    the classes that no training sees
==============  =================================================================================
"""

from metrics.comparing.candidates import Candidate, Excluded, load_candidates
from metrics.comparing.embedders import compare_embedders
from metrics.comparing.files import save_report
from metrics.comparing.held_out import held_out_classes
from metrics.comparing.rendering import as_markdown, as_text
from metrics.comparing.report import ComparisonReport, EmbedderRow
from metrics.comparing.speed import Latency, Speed, TimingPlan
from metrics.comparing.trials import LabelledPictures, Trial, category_trial

__all__ = [
    "Candidate",
    "ComparisonReport",
    "EmbedderRow",
    "Excluded",
    "LabelledPictures",
    "Latency",
    "Speed",
    "TimingPlan",
    "Trial",
    "as_markdown",
    "as_text",
    "category_trial",
    "compare_embedders",
    "held_out_classes",
    "load_candidates",
    "save_report",
]
