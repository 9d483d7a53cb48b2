"""How a job ended: counts, the files that need attention, and the report to keep."""

from __future__ import annotations

import html

import streamlit as st

from common.jobs import Job
from interactive.reports import ReportRow, as_csv, as_json, counts, is_cut, rows
from interactive.text import counted


def render(job: Job, expanded: bool) -> None:
    """Show a job's report.

    Args:
        job: that has one.
        expanded: whether the files that need attention are shown at once.
    """
    report = job.report or {}
    st.html(_as_counts(counts(report)))
    listed = rows(report)
    if listed:
        title = f"{counted(len(listed), 'file')} to look at"
        with st.expander(title, expanded=expanded, key=f"report_{job.id}"):
            st.html(_as_list(listed))
            if is_cut(report):
                st.caption("There were more; the counts above are of all of them.")
    name = f"{job.kind}-{job.category}-{job.created:%Y%m%d-%H%M%S}"
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Report (JSON)",
            as_json(report),
            f"{name}.json",
            "application/json",
            key=f"json_{job.id}",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )
        if listed:
            st.download_button(
                "Files (CSV)",
                as_csv(listed),
                f"{name}.csv",
                "text/csv",
                key=f"csv_{job.id}",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
            )


def _as_list(listed: list[ReportRow]) -> str:
    """Return rows as an HTML list that scrolls in itself; every value in it is escaped."""
    items = "".join(
        f"<li><strong>{html.escape(row.file)}</strong> <span>{html.escape(row.reason)}</span>"
        f"<p>{html.escape(row.detail)}</p></li>"
        for row in listed
    )
    return f'<ul class="files" tabindex="0" aria-label="Files to look at">{items}</ul>'


def _as_counts(found: list[tuple[str, int]]) -> str:
    items = "".join(
        f"<div><dd>{number:,}</dd><dt>{html.escape(label)}</dt></div>" for label, number in found
    )
    return f'<dl class="counts">{items}</dl>'
