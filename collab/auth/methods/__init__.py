"""Ways to sign in that Collab keeps itself: password, passkeys, one-time codes, mailed links."""
