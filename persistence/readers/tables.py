"""The tables as readers name them in statements."""

from persistence.models import Base

_tables = Base.metadata.tables

api_tokens = _tables["api_tokens"]
box_designated_types = _tables["box_designated_types"]
boxes = _tables["boxes"]
edits = _tables["edits"]
locations = _tables["locations"]
operations = _tables["operations"]
part_parameters = _tables["part_parameters"]
part_totals = _tables["part_totals"]
part_types = _tables["part_types"]
parts = _tables["parts"]
quantity_changes = _tables["quantity_changes"]
stock = _tables["stock"]
