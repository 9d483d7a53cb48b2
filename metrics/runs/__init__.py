"""Training runs: a plan, a directory that holds all that came of it, and a report for people.

A module imports only from rows below it:

================== ================================================================================
``command``        S1's command line
``running``        from a plan and pictures to a trained, evaluated network
``report``         the report as one HTML file, with ``curves`` and ``gallery``
``preparing``      the device, the split, the pictures and the frozen features
``ways``           whitening, head, full: what is done between the first and the last network
``presets``        plans by name
``first_weights``  what people call a network's first weights
``starting``       the network that a run starts from, and heads fitted without training
``batching``       which pictures meet in a batch
``data``           a data set on disk: its pictures, examined, and their copies
``result``         what a run found, and ``metrics.json``
``evaluating``     the protocols on the parts of a split
``directory``      the files of a run
``history``        the log of a run: JSON lines, and TensorBoard's copy of them
``plan``           what is asked for
================== ================================================================================
"""
