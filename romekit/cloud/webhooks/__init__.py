"""Updates that are posted to a command's postBackUri."""
