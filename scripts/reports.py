"""What a sync did, or would do, as lines for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from common.indexing import Changes, IndexingReport, SyncPlan
from common.pipeline import Skipped

_DETAILS_SHOWN = 20
_GROUPS_SHOWN = 5


def print_report(report: IndexingReport) -> None:
    """Print what became of the files."""
    manifest = report.manifest
    rate = report.embedded / report.seconds if report.seconds else 0.0
    print(
        f"{manifest.category}: {report.indexed} indexed, {len(report.skipped)} skipped in "
        f"{report.seconds:.1f} s ({report.embedded} embedded, {rate:.0f} images/s), embedder "
        f"{manifest.spec.embedder}, generation {manifest.generation}"
        f"{'' if report.published else ' (nothing had changed)'}"
    )
    print(f"  {_sentence(report.changes)}; {report.reused} vectors reused")
    _print_duplicates(report.duplicates)
    _print_skipped(report.skipped)


def print_plan(plan: SyncPlan) -> None:
    """Print what a sync would do."""
    print(f"{plan.category}: dry run, nothing was changed")
    if plan.rebuild:
        print("  all vectors are made anew: the embedder is another")
    print(
        f"  {_sentence(plan.changes)}; {plan.to_embed} contents to embed, {plan.reused} vectors "
        "reused"
    )
    _print_duplicates(plan.duplicates)
    _print_skipped(plan.skipped)
    if plan.refusal:
        print(f"  it would be refused: {plan.refusal}")


def _sentence(changes: Changes) -> str:
    return ", ".join(f"{count} {name}" for name, count in asdict(changes).items() if count) or (
        "no record"
    )


def _print_duplicates(groups: Sequence[Sequence[str]]) -> None:
    if not groups:
        return
    print(f"  {sum(map(len, groups))} files share their content with another:")
    for group in groups[:_GROUPS_SHOWN]:
        more = len(group) - _GROUPS_SHOWN
        shown = ", ".join(group[:_GROUPS_SHOWN])
        print(f"    {shown}{f' and {more} more' if more > 0 else ''}")
    if len(groups) > _GROUPS_SHOWN:
        print(f"    and {len(groups) - _GROUPS_SHOWN} more groups")


def _print_skipped(skipped: Sequence[Skipped]) -> None:
    for reason, count in Counter(skip.reason for skip in skipped).most_common():
        print(f"  skipped, {reason}: {count}")
    for skip in skipped[:_DETAILS_SHOWN]:
        print(f"    {skip.file}: {skip.detail}")
    if len(skipped) > _DETAILS_SHOWN:
        print(f"    and {len(skipped) - _DETAILS_SHOWN} more")
