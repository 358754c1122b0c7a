"""What the vendor's document states: fields of an account, numbers that are taken."""
