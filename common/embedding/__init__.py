"""Embedders: upright RGB images in, unit float32 rows out, described by a model card."""
