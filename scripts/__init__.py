"""Entry points behind the make targets."""
