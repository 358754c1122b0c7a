"""Where Django looks for tag libraries; they live in the web layer."""
