"""The journal of requests of a sandbox's world (请求日志)."""
