"""What of a parsed document is kept: its nodes, and where each stands in the text.

The library's locations hold the tokens on their two sides, and each token its neighbours: one node would keep the whole
chain in memory, with every comment in it. The garbage collector alone would free it, and stop every thread for that.
"""

import sys

from graphql import DocumentNode, Location, Node, Token, TokenKind

_BYTES_OF_A_TOKEN = 400
_NO_TOKEN = Token(TokenKind.SOF, 0, 0, 0, 0)


def forget_tokens(document: DocumentNode) -> None:
    """Let go of the tokens, and of them each other; errors find their lines by the text, which is kept."""
    token = document.loc.start_token if document.loc else None
    while token is not None:
        following, token.prev, token.next = token.next, None, None
        token = following
    waiting: list[Node] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node.loc, Location):
            node.loc.start_token = node.loc.end_token = _NO_TOKEN
        for key in node.keys:
            held = getattr(node, key, None)
            if isinstance(held, Node):
                waiting.append(held)
            elif isinstance(held, (list, tuple)):
                waiting.extend(each for each in held if isinstance(each, Node))


def bytes_kept(text: str, tokens: int) -> int:
    """About how many bytes a document takes that is kept: its text, and its nodes by the number of its tokens."""
    return sys.getsizeof(text) + _BYTES_OF_A_TOKEN * tokens
