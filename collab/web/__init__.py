"""HTTP without features: requests, transactions, forms, answers. Knows no table but its own."""
