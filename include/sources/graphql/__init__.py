"""GraphQL sources: a schema and queries per feed, of which `ariadne-codegen` makes a typed client (`generate`)."""
