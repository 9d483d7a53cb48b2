"""The parts of bringing a category's index in step with its files."""
