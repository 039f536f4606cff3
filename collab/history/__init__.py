"""What entries said before: their revisions, compared, merged and brought back."""
