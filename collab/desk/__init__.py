"""The desk at which entries of a kind are read, begun and changed: what kinds do alike, once."""
