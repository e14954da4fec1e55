"""Use cases of API tokens: create, register the first, revoke."""

from dataclasses import dataclass
from hashlib import sha256

from domain.entities.actor import LOCAL_ACTOR, OwnName, Role
from domain.errors import AlreadyExistsError, NotFoundError
from domain.ports.outside import Randomness
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.rules.input_checks import InputChecks
from domain.rules.texts import findable, fold, shown
from domain.services.use_case import use_case

MAX_NAME_LENGTH = 100
TOKEN_BYTES = 32
FIRST_TOKEN_NAME = "admin"
_OWN_NAMES = frozenset(name.value for name in OwnName)


@dataclass(frozen=True, slots=True)
class TokenService:
    """Who may use the API. From the first token on the installation asks everybody for one."""

    units_of_work: UnitsOfWork
    randomness: Randomness

    @use_case(Role.ADMIN)
    async def create(self, uow: UnitOfWork, name: str, role: Role) -> str:
        """Make a token for the actor of this name; returns its text, which is kept nowhere.

        Raises ValidationError, AlreadyExistsError when a token has the name or had it: what its holder did stays told
        under this name.
        """
        checks = InputChecks()
        checked = checks.required_text(("name",), name, MAX_NAME_LENGTH)
        if fold(checked) in _OWN_NAMES:
            checks.note(("name",), "is a name under which the installation itself acts")
        checks.refuse()
        token = f"pg_{self.randomness.token(TOKEN_BYTES)}"
        if await uow.api_tokens.add(checked, role, _digest(token)) is None:
            raise AlreadyExistsError("token", checked, ("name",))
        return token

    async def register_first(self, token: str) -> bool:
        """Make a token that was chosen outside the one of an administrator; false when a token was ever made."""
        return await self._register_first(LOCAL_ACTOR, token)

    @use_case(Role.ADMIN)
    async def revoke(self, uow: UnitOfWork, name: str) -> None:
        """End the active token of this name. Raises NotFoundError."""
        kept = findable(name, MAX_NAME_LENGTH)
        if kept is None or not await uow.api_tokens.revoke(kept):
            raise NotFoundError("token", shown(name), ("name",))

    @use_case(Role.ADMIN)
    async def _register_first(self, uow: UnitOfWork, token: str) -> bool:
        if await uow.api_tokens.exists():
            return False
        return await uow.api_tokens.add(FIRST_TOKEN_NAME, Role.ADMIN, _digest(token)) is not None


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
