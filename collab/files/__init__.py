"""Files attached to any entry, and their thumbnails."""
