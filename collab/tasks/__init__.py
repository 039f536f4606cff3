"""What has to be done: who does it, until when, and how far it is."""
