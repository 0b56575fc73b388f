"""Shape of the database: no rules, no queries."""
