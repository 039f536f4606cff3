"""Pages: the wiki of a workspace."""
