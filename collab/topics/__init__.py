"""Topics: threads that come to a decision."""
