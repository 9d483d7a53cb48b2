"""Training of the embedder that is shipped: the committed recipe.

===============  ===================================================================
``__main__``     the command: draws, trains both stages, exports a bundle
``recipe``       what is trained how, as plain data
``photographs``  the pictures of Tiny-ImageNet, without its held-out classes
``drawings``     pictures of recoloured demo designs, which no demo category shows
``recolouring``  other colours for a drawing
``mixing``       batches from several sets of pictures in fixed shares
``stages``       runs a stage of the recipe
===============  ===================================================================
"""
