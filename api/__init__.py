"""The HTTP API: ``app`` puts it together, ``routes`` answer, ``models`` are what goes in and out.

``guards`` stand before the routes, and ``problems`` turns every error into its answer.
"""
