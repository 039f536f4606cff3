"""A provider that lies: every lie that Collab as relying party must not believe."""
