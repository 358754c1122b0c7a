"""What this project asks of its databases beyond Django's own backends."""
