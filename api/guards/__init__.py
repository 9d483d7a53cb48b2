"""What stands before the routes: who may ask, how much, how many at once, and what is noted."""
