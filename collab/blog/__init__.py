"""The corporate blog: everybody employed writes, nobody has to be asked."""
