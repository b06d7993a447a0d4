"""HTTP without GraphQL: headers, body caps, media types."""
