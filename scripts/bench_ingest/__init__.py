"""Figures on taking pictures in and answering meanwhile: ``make bench-ingest``."""
