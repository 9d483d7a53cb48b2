"""Looking at an installation without changing it: ``make doctor``.

=====================  ============================================================
``__main__``           the command, and how findings are shown
``examination``        all checks, those that wait for servers at once
``findings``           what a check finds
``setting_sources``    every setting, where its value comes from, secrets masked
``versions``           Python and packages against ``pyproject.toml`` and the lock
``machine``            ports, disk, write access
``exposure``           keys that are missing or weak where others can reach us
``services``           the Qdrant server and the bucket
``models``             model bundles against their cards
``categories``         manifests, images, tables, edits, indexes and their embedders
``leftovers``          jobs and directories that something killed left behind
=====================  ============================================================
"""
