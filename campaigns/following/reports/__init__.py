"""What was sent, answered and paid for, by day, account, kind and campaign."""
