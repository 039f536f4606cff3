"""SCIM 2.0 (RFC 7643, RFC 7644): the company's directory keeps accounts and groups."""
