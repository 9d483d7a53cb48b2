"""Image stores: where the bytes of a category's pictures lie."""
