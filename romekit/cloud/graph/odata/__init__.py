"""OData: query options, filters, lists and metadata."""
