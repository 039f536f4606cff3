"""People: who works here, what they wrote, whom one may mention."""
