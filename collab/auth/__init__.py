"""Who is asking: accounts, firms, sign-in, sessions and tokens."""
