"""The main job without a browser: compose, send, receive, and compare with the sandbox's ledger."""
