"""What a file looks like, without opening it in a program of one's own.

``kinds`` says how each file is shown; ``making`` has programs make pictures of pages, one after the
other, between ``walls``; ``services`` keeps what they made beside the file, and why there is nothing.
Nothing of a file reaches a browser but pictures that we encoded, words that we escaped or cleaned, and
sounds and films that browsers play by themselves.
"""
