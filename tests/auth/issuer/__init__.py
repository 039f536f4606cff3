"""Collab as OpenID provider."""
