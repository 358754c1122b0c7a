"""What providers say later: matched, applied, asked for, replied to."""
