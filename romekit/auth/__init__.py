"""Proving who you are, with unmodified MSAL: device code, browser, silent renewal."""
