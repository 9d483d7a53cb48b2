"""Training and evaluating embedders; the only home of torch."""
