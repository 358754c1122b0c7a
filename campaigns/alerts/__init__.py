"""What needs a person, what happened, and who is told."""
