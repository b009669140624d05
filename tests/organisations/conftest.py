from tests.support.english import another_client, client

__all__ = ["another_client", "client"]
