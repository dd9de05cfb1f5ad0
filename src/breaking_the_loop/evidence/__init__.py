"""The evidence tables, exact inference on counts, and the claim ledger."""
