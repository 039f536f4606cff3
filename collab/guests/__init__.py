"""Guests: invited by employees, answered for by a sponsor, never longer than until their end."""
