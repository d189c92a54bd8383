"""What a shell asks when the user presses Tab, and what it gets."""
