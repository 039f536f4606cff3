"""Finding things. The index proposes, the access policy decides."""
