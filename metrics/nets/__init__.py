"""Networks that turn prepared images into unit vectors: trunks, pooling, head, weights."""
