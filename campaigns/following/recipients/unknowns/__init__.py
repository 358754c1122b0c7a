"""What people decide about recipients of whom nobody knows whether they were reached."""
