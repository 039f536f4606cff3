"""The calendar of a workspace: events, series of them, and who comes."""
