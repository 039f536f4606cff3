"""What is new for somebody, across all kinds of entries."""
