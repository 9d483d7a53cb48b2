"""S3 servers to test against: moto's, one that misbehaves, and a wire that can be cut."""
