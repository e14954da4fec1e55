"""Generated boxes: as many as the parts need, numbered after the highest there is, each with a type it is meant for."""

from array import array
from collections.abc import Mapping
from datetime import datetime
from random import Random

from domain.entities.box import BoxDetails
from domain.entities.ids import LocationId, PartTypeId
from domain.entities.location import LocationReference
from persistence.bulk_loading import BulkLoader
from persistence.bulk_rows import NewBox
from server.errors import OperatorError
from server.seed.generated.parts import FAMILIES, Family

_CAPACITY, _COLUMNS = 250, 25
_PLACES_PER_PART = 3.75  # so about a third of the locations stays free
_BOXES_PER_CHUNK = 40
_HIGHEST_NUMBER = 9_999


class GeneratedBoxes:
    """Their places are counted from 0 over all boxes."""

    def __init__(self, highest_number: int, parts: int, chance: Random) -> None:
        """Raises OperatorError when the numbers of boxes do not suffice."""
        number = -int(-parts * _PLACES_PER_PART // _CAPACITY)
        if highest_number + number > _HIGHEST_NUMBER:
            raise OperatorError(
                f"{parts:,} parts need boxes with the numbers {highest_number + 1} to {highest_number + number}; "
                f"the highest number is {_HIGHEST_NUMBER}"
            )
        self.place_count = number * _CAPACITY
        self._first_number = highest_number + 1
        self._families = [chance.choice(FAMILIES) for _ in range(number)]
        self._location_ids = array("q")

    def family(self, place: int) -> Family:
        """What the box of a place is meant for."""
        return self._families[place // _CAPACITY]

    def reference(self, place: int) -> LocationReference:
        """The written name of a place."""
        box, position = divmod(place, _CAPACITY)
        return LocationReference(self._first_number + box, position + 1)

    def location_id(self, place: int) -> LocationId:
        """The identity of a place, once the boxes are loaded."""
        return LocationId(self._location_ids[place])

    async def load(self, loader: BulkLoader, type_ids: Mapping[str, PartTypeId], created_at: datetime) -> None:
        """Write the boxes with their locations."""
        for first in range(0, len(self._families), _BOXES_PER_CHUNK):
            boxes = [
                self._box(first + offset, family, type_ids, created_at)
                for offset, family in enumerate(self._families[first : first + _BOXES_PER_CHUNK])
            ]
            places = await loader.add_boxes(boxes)
            for box in boxes:
                self._location_ids.extend(places[box.number])

    def _box(self, index: int, family: Family, type_ids: Mapping[str, PartTypeId], created_at: datetime) -> NewBox:
        number = self._first_number + index
        details = BoxDetails(f"{family.type_name}, box {number}", _CAPACITY, _COLUMNS, (type_ids[family.type_name],))
        return NewBox(number, details, created_at)
