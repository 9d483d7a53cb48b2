"""Categories and models in a bucket: found there, copied here where that is needed, put there."""
