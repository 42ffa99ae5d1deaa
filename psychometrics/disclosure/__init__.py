"""Statistical disclosure control: what of a group may be printed without telling on a person.

Pure functions of counts. `groups` states what is guaranteed within one table,
`crossing` across tables of the same people, `snapshots` across dates.
"""

from psychometrics.disclosure.crossing import Crossing, protect_crossed
from psychometrics.disclosure.decisions import (
    Detail,
    GroupDecision,
    PartitionDecision,
    Reason,
    coarse_mean,
)
from psychometrics.disclosure.groups import has_enough_data, protect_groups, protect_transitions
from psychometrics.disclosure.snapshots import SnapshotDecision, SnapshotReason, compare_snapshots

__all__ = [
    "Crossing",
    "Detail",
    "GroupDecision",
    "PartitionDecision",
    "Reason",
    "SnapshotDecision",
    "SnapshotReason",
    "coarse_mean",
    "compare_snapshots",
    "has_enough_data",
    "protect_crossed",
    "protect_groups",
    "protect_transitions",
]
