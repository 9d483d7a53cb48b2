"""Backups: what a stack needs to be set up again elsewhere, checksummed, in a directory or bucket.

One backup is a directory. Its list is written last, so that there is a whole backup or none::

    <name>/backup.json                               what is in it: the list
           categories/<category>/files/…             category.yaml, the table, edits, examples
           categories/<category>/images/…            the pictures, where they were asked for
           categories/<category>/index/00000.f32     vectors: rows of little-endian float32
           categories/<category>/index/00000.jsonl   the ids and payloads of the same points
           categories/<category>/index/checks.json   queries and what the index answers
           models/<name>/…                           the bundles that the indexes were made with

Nothing in it belongs to an engine: what was saved from a server can be restored into the embedded
engine, and the other way round.
"""
