"""What a page, its frames and its workers ask for, complain of and store, as the browser tells it."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.browser.devtools import DevTools, Facts

# Sent to the page, and to each frame and worker that begins in it before it asks for anything.
WATCHING: dict[str, Facts] = {
    "Network.enable": {},
    "Runtime.enable": {},
    "Log.enable": {},
    "Fetch.enable": {},
    "Target.setAutoAttach": {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to the request for a page; the names of headers are in lower case."""

    status: int
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Download:
    """A file that the browser stored, and the name that it proposes."""

    name: str
    content: bytes


@dataclass(slots=True)
class Seen:
    """What happened so far, in its order."""

    foreign: list[str] = field(default_factory=list)
    """Addresses that are not of the origin; what was asked of them was refused."""
    sockets: list[str] = field(default_factory=list)
    """Addresses of WebSockets."""
    complaints: list[str] = field(default_factory=list)
    """Errors and warnings of the console, and exceptions that nothing caught."""
    downloads: list[Download] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    """By loader, which is what the browser calls one load of a page."""
    quiet: set[str] = field(default_factory=set)
    """Loaders that have loaded all and then asked for nothing for half a second."""


class Watch:
    """Lets a page have what is its origin's and refuses it everything else; notes what it sees."""

    def __init__(self, devtools: DevTools, origin: str, directory: Path) -> None:
        self.seen = Seen()
        self._devtools = devtools
        self._own = urlsplit(origin).netloc
        self._directory = directory
        self._names: dict[str, str] = {}

    async def hear(self, session: str, name: str, facts: Facts) -> None:
        """Note an event, and let what waits for us go on."""
        match name, facts:
            case "Target.attachedToTarget", {"sessionId": new} if session:
                for command, parameters in WATCHING.items():
                    await self._devtools.tell(command, new, **parameters)
                await self._devtools.tell("Runtime.runIfWaitingForDebugger", new)
            case "Fetch.requestPaused", {"requestId": request, "request": {"url": address}}:
                await self._decide(session, request, address)
            case "Network.webSocketCreated", {"url": address}:
                self.seen.sockets.append(address)
                self._note_foreign(address)
            case _:
                self._note(name, facts)

    async def _decide(self, session: str, request: str, address: str) -> None:
        if self._note_foreign(address):
            await self._devtools.tell("Fetch.failRequest", session, requestId=request, errorReason="Failed")
        else:
            await self._devtools.tell("Fetch.continueRequest", session, requestId=request)

    def _note_foreign(self, address: str) -> bool:
        asked = urlsplit(address)
        is_foreign = asked.scheme not in {"data", "blob"} and asked.netloc != self._own
        if is_foreign:
            self.seen.foreign.append(address)
        return is_foreign

    def _note(self, name: str, facts: Facts) -> None:
        match name, facts:
            case "Network.responseReceived", {"type": "Document", "loaderId": loader, "response": answer}:
                headers = {name.lower(): value for name, value in answer["headers"].items()}
                self.seen.answers[loader] = Answer(answer["status"], headers)
            case "Page.lifecycleEvent", {"name": "networkIdle", "loaderId": loader}:
                self.seen.quiet.add(loader)
            case "Runtime.consoleAPICalled", {"type": "error" | "warning" | "assert", "args": words}:
                self.seen.complaints.append(" ".join(str(each.get("value", each.get("description"))) for each in words))
            case "Log.entryAdded", {"entry": {"level": "error" | "warning", "text": text}}:
                self.seen.complaints.append(text)
            case "Runtime.exceptionThrown", {"exceptionDetails": details}:
                self.seen.complaints.append(details.get("exception", {}).get("description", details["text"]))
            case "Browser.downloadWillBegin", {"guid": guid, "suggestedFilename": proposed}:
                self._names[guid] = proposed
            case "Browser.downloadProgress", {"guid": guid, "state": "completed"}:
                self.seen.downloads.append(Download(self._names[guid], (self._directory / guid).read_bytes()))
