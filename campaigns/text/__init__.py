"""What goes out as text: placeholders, parts and encodings, template matching, reading time. Pure."""
