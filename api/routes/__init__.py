"""The API's addresses, one module a subject. Each returns a router over the objects it is given."""
