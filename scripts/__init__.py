"""What makes files that are shipped."""
