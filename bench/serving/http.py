"""What the Python peers have in common: uvicorn as Partsgraph sets it up, and JSON in and out."""

import gc
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import uvicorn
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

Answer = Callable[[dict[str, Any]], Awaitable[bytes]]

_HEADERS = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"no-store")]


async def serve(answer: Answer, port: int) -> None:
    """Serves until a signal; `answer` takes the JSON of a request's body and gives the body of the response."""

    async def app(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        body, more = b"", True
        while more:
            message: Any = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        content = await answer(orjson.loads(body))
        headers = [*_HEADERS, (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers, "trailers": False})
        await send({"type": "http.response.body", "body": content, "more_body": False})

    await serve_application(app, port)


async def serve_application(app: Any, port: int) -> None:
    """Serves an ASGI application until a signal."""
    configuration = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
    )
    # As Partsgraph does after its start: full collections would cost tens of milliseconds each.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    await uvicorn.Server(configuration).serve()
