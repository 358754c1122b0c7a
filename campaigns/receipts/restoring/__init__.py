"""What is done about the people of a restored backup."""
