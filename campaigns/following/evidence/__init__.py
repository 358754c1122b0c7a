"""What happened to one recipient, with the evidence."""
