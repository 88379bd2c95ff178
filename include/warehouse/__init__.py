"""The warehouse's raw versions and ledger: everything between landing and dbt."""
