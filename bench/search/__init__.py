"""How good, how fast and how soon search is, beside other engines on the same texts in the same run."""
