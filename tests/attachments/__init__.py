"""Files and links: attaching, serving, deleting, sweeping."""
