"""Hundreds of commands at once: how many are in which status when, and how long each status takes."""
