"""Loaders that an operation makes when it first asks for them, and how a declaration names one of them."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from aiodataloader import DataLoader

L_co = TypeVar("L_co", bound=DataLoader[Any, Any], covariant=True)


class OperationLoader(Generic[L_co]):
    """One of the loaders of an operation; the decorator of the method that makes it.

    Read from an object, `loaders.part_by_id`, it is the loader, the same each time. Read from the class,
    `Loaders.part_by_id`, it is this, by which a declaration says what to load: types are checked, and all uses found.
    """

    def __init__(self, make: Callable[[Any], L_co]) -> None:
        self.__doc__ = make.__doc__
        self._make = make
        self._name = make.__name__

    @overload
    def __get__(self, loaders: None, owner: type) -> "OperationLoader[L_co]": ...

    @overload
    def __get__(self, loaders: object, owner: type | None = None) -> L_co: ...

    def __get__(self, loaders: object | None, owner: type | None = None) -> "L_co | OperationLoader[L_co]":
        return self if loaders is None else self.of(loaders)

    def of(self, loaders: object) -> L_co:
        """The loader of one operation, made when it is first asked for. Raises what making it raises."""
        # What stands in an object's dictionary is found before this is asked again.
        made: L_co | None = loaders.__dict__.get(self._name)
        if made is None:
            made = loaders.__dict__[self._name] = self._make(loaders)
        return made
