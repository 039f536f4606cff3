"""What people do with their own account: profile, password, sessions, tokens."""
