"""How good an embedder is: ranking, metrics, protocols and uncertainty, in NumPy, without torch.

A module imports only from rows below it:

=========================  ======================================================================
``revisited``              revised Oxford and Paris: easy, medium and hard
``revisited_conversion``   their published ground truth, turned into plain values
``revisited_truth``        their ground truth and its form as JSON
``comparison``             paired comparison of models: verdict, McNemar's test, Holm's correction
``uncertainty``            bootstrap intervals, over labels by default
``out_of_catalogue``       the protocol of queries that the catalogue cannot answer
``protocols``              unseen@unseen, unseen@all, seen@seen, catalogue
``scoring``                from pictures and a truth to an evaluation
``results``                frozen results: counts, averages, per-class table, rows per query as CSV
``ranking``                exact cosine ranking, in blocks, with one order among equals
``scores``                 the metrics of one ranking
``rejection``              metrics of "there is no such picture": uAP, AUROC, FNMR at FMR
``truth``                  which pictures are right answers to which queries, and which do not count
``samples``                embeddings with their ids, labels, classes and duplicates
=========================  ======================================================================
"""
