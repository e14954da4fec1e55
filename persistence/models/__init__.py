"""The tables, one file per noun; importing this package registers all of them on `Base.metadata`."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
