"""Draws the demo categories: pictures good enough to search in, from nothing but a seed.

Designs are vector drawings (`shoes`, `logos`, `tiles`); each is rasterised once and then
"photographed" many times (`photography`), so that every class has pictures that differ the way
real ones do. `python -m scripts.demo_data` writes all of it.
"""
