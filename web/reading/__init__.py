"""A stored page as people read it: its shape, what is marked on it, and where its words stand. Pure."""
