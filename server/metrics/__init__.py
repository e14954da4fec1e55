"""What the server counts about itself, in the words of Prometheus: every family, and how they are exposed.

The floors below know nothing of this: they tell small observers what happened (persistence/observation.py,
graph/execution/observation.py).
"""

from server.metrics.metrics import Metrics

__all__ = ["Metrics"]
