"""DM functions, one file a family; each is a few lines of NumPy behind a prototype (see registry)."""
