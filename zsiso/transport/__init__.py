"""How a request travels, whatever it says: HTTP, failover, retries, TLS, proxies."""
