"""What the commands share: registry, options, resolved settings, connection, suggestions, prompt, help."""
