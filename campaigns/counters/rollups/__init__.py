"""What changed in campaigns minute by minute."""
