"""The training and export figures that the documents quote, a command each.

===============  =================================================================
``__main__``     the command: which benchmark, and its options
``options``      what the command line may say
``head``         minutes and memory of a head trained on cached features
``int8``         accuracy and speed of quantised models against their float32
``pipeline``     files to vectors: one image at a time in torch against ours
``negatives``    random, structural and re-mined negatives with all else equal
``speed``        milliseconds and images per second of bundles at several sizes
``choosing``     the ways to choose negatives
``ways``         the ways from files to vectors
``bundles``      the model files of a bundle, the missing int8 made on the spot
``trunks``       a trunk, its features whitened on pictures, as a network that serves
``pictures``     demo designs, half of them to fit to, the other half to ask about
``tables``       figures as aligned text
===============  =================================================================
"""
