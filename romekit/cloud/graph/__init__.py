"""Microsoft Graph's side of the cloud: routes, handlers, and what every request passes on its way."""
