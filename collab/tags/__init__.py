"""Words that people file entries under."""
