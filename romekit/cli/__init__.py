"""The command line: lab, serve, demo, export, import."""
