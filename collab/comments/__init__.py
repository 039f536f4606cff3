"""Comments on any entry, as threads."""
