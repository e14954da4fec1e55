"""Answers what is not HTTP at all in the same form as everything else; uvicorn alone would send plain text."""

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from graph.execution.refusals import RequestCode


class GraphQLShapedHttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol on httptools; given to uvicorn.Config as `http`."""

    def send_400_response(self, msg: str) -> None:
        """Refuse bytes that no HTTP request can be read from, and close the connection."""
        error = {"message": msg, "extensions": {"code": RequestCode.BAD_REQUEST.value}}
        body = orjson.dumps({"errors": [error]})
        head = (
            "HTTP/1.1 400 Bad Request\r\n"
            "content-type: application/json; charset=utf-8\r\n"
            f"content-length: {len(body)}\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()
