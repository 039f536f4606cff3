"""Collab: one frontend and one login for a company, its suppliers and its customers."""

__version__ = "0.1.0"
