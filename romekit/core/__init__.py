"""What both halves stand on: errors, statuses, the model and the clock; nothing but the standard library."""
