"""Who is reached: audiences out of lists, contacts, the suppression list."""
