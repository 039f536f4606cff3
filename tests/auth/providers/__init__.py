"""Signing in through a company's provider."""
