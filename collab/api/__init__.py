"""What belongs to the whole API and to no feature."""
