"""Signing in through another: the company's identity provider, or a guest firm's."""
