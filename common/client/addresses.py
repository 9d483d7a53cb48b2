"""Addresses of what a server knows, with every name in them quoted."""

from __future__ import annotations

from urllib.parse import quote


def category_address(category: str) -> str:
    """Return the address of a category."""
    return f"/categories/{quote(category, safe='')}"


def record_address(category: str, record: str) -> str:
    """Return the address of a record."""
    return f"{category_address(category)}/records/{quote(record, safe='')}"


def job_address(job: str) -> str:
    """Return the address of a job."""
    return f"/jobs/{quote(job, safe='')}"
