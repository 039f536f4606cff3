"""A real browser in front of a real server: what people meet, and what attackers would."""
