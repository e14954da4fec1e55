"""The tables as readers name them in statements."""

from persistence.models import Base

_tables = Base.metadata.tables

api_tokens = _tables["api_tokens"]
attachments = _tables["attachments"]
box_designated_types = _tables["box_designated_types"]
boxes = _tables["boxes"]
edits = _tables["edits"]
installation = _tables["installation"]
jobs = _tables["jobs"]
locations = _tables["locations"]
operations = _tables["operations"]
part_parameters = _tables["part_parameters"]
part_totals = _tables["part_totals"]
part_types = _tables["part_types"]
parts = _tables["parts"]
pick_lines = _tables["pick_lines"]
pick_lists = _tables["pick_lists"]
pick_shortages = _tables["pick_shortages"]
projects = _tables["projects"]
quantity_changes = _tables["quantity_changes"]
requirement_substitutes = _tables["requirement_substitutes"]
requirements = _tables["requirements"]
stock = _tables["stock"]
