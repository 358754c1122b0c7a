"""What runs every few seconds by itself: finding what was left behind, starting what is due."""
