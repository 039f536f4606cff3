"""Polls: a question with answers to choose from."""
