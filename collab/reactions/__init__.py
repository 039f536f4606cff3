"""Cheap signs from readers: thanks, read, liked."""
