"""The contract: what the stub takes and answers, as an OpenAPI 3.1 document made from the tables that make it so.

It is served at `/romekit/openapi.json` in the casing of the server, and lies in the package as `stub/openapi.json` in
the usual one. `python -m romekit.cloud.openapi` writes that file again; a test compares them.
"""
