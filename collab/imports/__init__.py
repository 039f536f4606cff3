"""Markdown trees of other systems, read into plain values and written as posts and pages."""
