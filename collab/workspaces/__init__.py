"""Where things live, and therefore who may see them."""
