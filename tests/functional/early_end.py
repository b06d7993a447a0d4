"""An ASGI application whose responses end early; Granian serves it in test_early_ends.py."""


async def application(scope, _receive, send):
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if scope["path"] == "/version":
        version = scope["http_version"].encode()
        await send({"type": "http.response.body", "body": version, "more_body": False})
        return
    await send({"type": "http.response.body", "body": b"part", "more_body": True})
    if scope["path"] == "/whole":
        await send({"type": "http.response.body", "body": b"", "more_body": False})
