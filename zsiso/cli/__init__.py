"""What the commands share: registry, options, settings, connection, suggestions, prompts, help."""
