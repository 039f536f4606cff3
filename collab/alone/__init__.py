"""One thing only: an entry shown by itself, to whom it alone is shared with, and who that is."""
