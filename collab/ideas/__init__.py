"""Ideas: proposals, from guests too, that get an answer."""
