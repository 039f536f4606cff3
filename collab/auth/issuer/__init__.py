"""Collab as OpenID provider: other tools of the company sign people in through it."""
