"""What a person does with a page: goes to it, reads, clicks and types."""

import json
from collections.abc import Callable
from typing import Any

from tests.browser.devtools import PATIENCE_SECONDS, DevTools, Facts
from tests.browser.watch import WATCHING, Answer, Download, Seen
from tests.waiting import until

_WRITE = """async html => {
  document.open();
  const loaded = new Promise(done => addEventListener('load', done));
  document.write(html);
  document.close();
  await loaded;
}"""
_TEXT = "selector => document.querySelector(selector)?.textContent ?? ''"
# The middle of an element, once it is enabled, stands still for a frame, and nothing lies on it.
_PLACE = """async selector => {
  const element = document.querySelector(selector);
  if (!element || element.disabled) return null;
  const middle = () => {
    const box = element.getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const { x, y } = middle();
  await new Promise(requestAnimationFrame);
  const isStill = middle().x === x && middle().y === y;
  return isStill && element.contains(document.elementFromPoint(x, y)) ? { x, y } : null;
}"""
_CHORDS: dict[str, Facts] = {
    "Control+A": {"key": "a", "code": "KeyA", "windowsVirtualKeyCode": 65, "modifiers": 2},
    "Enter": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
}


class Page:
    """A page, and what was seen of it. A selector means its first element; waits end in an AssertionError at last."""

    def __init__(self, devtools: DevTools, session: str, seen: Seen) -> None:
        self.seen = seen
        self._devtools = devtools
        self._session = session

    @classmethod
    async def open(cls, devtools: DevTools, seen: Seen) -> "Page":
        """An empty page that is watched."""
        target = await devtools.send("Target.createTarget", url="about:blank")
        attached = await devtools.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        page = cls(devtools, attached["sessionId"], seen)
        for command, facts in WATCHING.items():
            await page._send(command, **facts)
        await page._send("Page.enable")
        await page._send("Page.setLifecycleEventsEnabled", enabled=True)
        return page

    async def goto(self, address: str) -> Answer:
        """Load a page and wait until it asks for nothing more."""
        begun = await self._send("Page.navigate", url=address)
        assert "errorText" not in begun, begun
        await self._until_seen(lambda seen: begun["loaderId"] in seen.quiet)
        return self.seen.answers[begun["loaderId"]]

    async def set_content(self, html: str) -> None:
        """Put this HTML in the place of what is there, and wait until it and what it shows is loaded."""
        await self.call(_WRITE, html)

    async def call(self, function: str, *arguments: str) -> Any:
        """What a JavaScript function returns, or its promise comes to. Raises AssertionError when it throws."""
        expression = f"({function})({', '.join(map(json.dumps, arguments))})"
        told = await self._send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    async def text_of(self, selector: str) -> str:
        """Its text with single spaces; empty while there is no such element."""
        return " ".join((await self.call(_TEXT, selector)).split())

    async def until_text(self, selector: str, text: str) -> None:
        """Wait until its text contains this one."""
        await until(lambda: self.text_of(selector), lambda shown: text in shown, PATIENCE_SECONDS)

    async def until_true(self, function: str, *arguments: str) -> None:
        """Wait until a JavaScript function says so."""
        await until(lambda: self.call(function, *arguments), patience_seconds=PATIENCE_SECONDS)

    async def downloads(self, number: int) -> list[Download]:
        """The files that were downloaded, once there are so many."""
        await self._until_seen(lambda seen: len(seen.downloads) >= number)
        return self.seen.downloads

    async def click(self, selector: str) -> None:
        """Click in its middle, once that can be done."""
        place = await until(lambda: self.call(_PLACE, selector), patience_seconds=PATIENCE_SECONDS)
        for kind in ("mousePressed", "mouseReleased"):
            await self._send("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    async def press(self, chord: str) -> None:
        """Press keys together. Raises KeyError for keys whose codes are not known here."""
        await self._stroke(_CHORDS[chord])

    async def type(self, text: str) -> None:
        """Press the key of each letter."""
        for letter in text:
            await self._stroke({"key": letter, "text": letter})

    async def insert(self, text: str) -> None:
        """Put a text where the cursor is, at once."""
        await self._send("Input.insertText", text=text)

    async def _stroke(self, stroke: Facts) -> None:
        await self._send("Input.dispatchKeyEvent", type="keyDown", **stroke)
        await self._send("Input.dispatchKeyEvent", type="keyUp", **stroke | {"text": ""})

    async def _until_seen(self, holds: Callable[[Seen], bool]) -> None:
        async def seen() -> Seen:
            return self.seen

        await until(seen, holds, PATIENCE_SECONDS)

    async def _send(self, command: str, **facts: object) -> Facts:
        return await self._devtools.send(command, self._session, **facts)
