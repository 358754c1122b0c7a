"""What people write back, and which of it asks us to stop."""
