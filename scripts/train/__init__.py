"""Training an embedder on a category, and letting the category use it.

===============  ==================================================================
``__main__``     the command: ``make train CATEGORY=name``
``running``      the whole way, step by step
``registering``  a run's network as a model that serves
``switching``    a category is given another model
``telling``      what is said on the terminal
``serving``      models judged as they serve
``starting``     what is trained: the embedder in use, or a preset's trunk
``names``        what a run and its model may be called
``lineage``      which labels a model has learnt
``wanted``       what a person asks for
===============  ==================================================================
"""
