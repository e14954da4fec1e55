"""Lists as callers read them: filters, pages, cursors, nodes, and the statements they take."""
