"""A small company to look around in."""
