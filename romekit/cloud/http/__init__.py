"""The application over HTTP: in this process, on a socket, behind a reverse proxy."""
