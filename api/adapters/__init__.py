"""Adapters: clients of three older systems find the routes they know, over the same services.

``choice`` reads which are wanted, ``mounting`` adds their routes to the application;
``collection_search`` (S1), ``papyri`` (S2) and ``catalogues`` (S4) each are one system's contract.
``answers`` keeps what is fetched later than it was asked for. Nothing else imports from here.
"""
