"""Events that publishers send us: checked, landed as a change of their stream, and given to the ingest DAG as a replay of that landing.

A route here has no login: the signature over the body is the sender's identity (docs/decisions/0013-webhooks-are-landings.md).
"""
