"""What every gateway offers and what it answers with. No Django in here: gateways are plain Python."""
