"""From a trained network, or a trunk alone, to a model bundle that serves.

A module imports only from rows below it:

================  ================================================================================
``trunk_export``  a registered trunk as a bundle, without training
``exporting``     the whole way: ONNX, int8, gates, bundle
``bundle``        writes the directory, all of it or nothing
``trial``         int8 against float32 on the same pictures
``gates``         whether int8 may serve: accuracy, likeness, speed, each with its reason
``int8``          static quantisation, and the audit of what runs in int8
``calibration``   pictures for it, one at a time, through the preprocessing that serves
``onnx_export``   torch to ONNX, with the proof that both answer alike
``latency``       how long one image takes, models measured in turns
``runtime``       ONNX Runtime, set as it serves
``served``        what of a network serves: trunk, pooling, one linear layer, unit length
================  ================================================================================
"""
