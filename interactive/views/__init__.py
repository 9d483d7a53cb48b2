"""The page's parts: each renders itself from the services and the session it is given."""
