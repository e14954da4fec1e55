"""What the bytes of a file say about it: its kind, its size as an image, its orientation."""
