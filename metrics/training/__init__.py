"""Training embedders: losses, augmentation, the loop, its checkpoints, and the cheaper ways."""
