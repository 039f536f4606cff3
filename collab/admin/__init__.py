"""What administrators look after: accounts, firms, the audit log, the system. Never contents."""
