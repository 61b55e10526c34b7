"""Talking to the service: conversations written once, two shells that hold them, one blocking and one awaiting."""
