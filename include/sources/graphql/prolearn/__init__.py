"""The GraphQL API of Professional Learning at MIT: its schema, our queries, and `client`, which is generated from both."""
