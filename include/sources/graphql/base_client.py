"""What every generated client inherits from, instead of the generator's own HTTP: a copy of this file goes into each client's package."""

from include.sources.graphql.transport import GraphQLTransport


class GuardedClient(GraphQLTransport):
    """Our transport, under the name that the generator asks for."""
