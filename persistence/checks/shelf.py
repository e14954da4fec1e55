"""Checks of boxes, locations, stock and totals."""

from persistence.checks.finding import QueryCheck

CHECKS = (
    QueryCheck(
        "A box has its locations 1 to capacity without gaps",
        """
        SELECT format('box %s of capacity %s has %s locations from %s to %s',
                      box.number, box.capacity, place.count, place.first, place.last)
          FROM boxes AS box
          LEFT JOIN (SELECT box_id, count(*) AS count, min(number) AS first, max(number) AS last
                       FROM locations GROUP BY box_id) AS place ON place.box_id = box.id
         WHERE (place.count, place.first, place.last) IS DISTINCT FROM (CAST(box.capacity AS bigint), 1, box.capacity)
         ORDER BY box.number
        """,
    ),
    QueryCheck(
        "Stock lies at a location of its box and is more than nothing",
        """
        SELECT format('%s of part %s at %s-%s', stock.quantity, part.key, box.number, location.number)
          FROM stock
          LEFT JOIN parts AS part ON part.id = stock.part_id
          LEFT JOIN locations AS location ON location.id = stock.location_id
          LEFT JOIN boxes AS box ON box.id = location.box_id
         WHERE stock.quantity < 1 OR location.number > box.capacity OR part.id IS NULL OR box.id IS NULL
         ORDER BY part.key
        """,
    ),
    QueryCheck(
        "Stock knows the box and the number of its location",
        """
        SELECT format('part %s at %s-%s', part.key, box.number, location.number)
          FROM stock
          JOIN parts AS part ON part.id = stock.part_id
          JOIN locations AS location ON location.id = stock.location_id
          JOIN boxes AS box ON box.id = location.box_id
         WHERE (stock.box_id, stock.location_number) IS DISTINCT FROM (location.box_id, location.number)
         ORDER BY part.key
        """,
    ),
    QueryCheck(
        "The stock of a part at a location is the sum of its changes there",
        """
        SELECT format('part %s at %s-%s: %s on the shelf, %s by its history',
                      part.key, box_number, location_number, coalesce(shelf.quantity, 0), coalesce(ledger.quantity, 0))
          FROM (SELECT stock.part_id, box.number AS box_number, location.number AS location_number,
                       CAST(stock.quantity AS bigint) AS quantity
                  FROM stock
                  JOIN locations AS location ON location.id = stock.location_id
                  JOIN boxes AS box ON box.id = location.box_id) AS shelf
          FULL JOIN (SELECT part_id, box_number, location_number, sum(delta) AS quantity
                       FROM quantity_changes
                      GROUP BY part_id, box_number, location_number
                     HAVING sum(delta) <> 0) AS ledger USING (part_id, box_number, location_number)
          LEFT JOIN parts AS part ON part.id = part_id
         WHERE shelf.quantity IS DISTINCT FROM ledger.quantity
         ORDER BY part.key, box_number, location_number
        """,
    ),
    QueryCheck(
        "The total of a part is the sum of its stock",
        """
        SELECT format('part %s: total %s, stock %s', part.key, coalesce(CAST(total.total_quantity AS text), 'missing'),
                      coalesce(shelf.quantity, 0))
          FROM parts AS part
          LEFT JOIN part_totals AS total ON total.part_id = part.id
          LEFT JOIN (SELECT part_id, sum(quantity) AS quantity FROM stock GROUP BY part_id) AS shelf
                 ON shelf.part_id = part.id
         WHERE total.total_quantity IS DISTINCT FROM coalesce(shelf.quantity, 0)
         ORDER BY part.key
        """,
    ),
    QueryCheck(
        "A retired part has no stock",
        """
        SELECT format('part %s', part.key)
          FROM parts AS part
         WHERE part.retired_at IS NOT NULL AND EXISTS (SELECT FROM stock WHERE stock.part_id = part.id)
         ORDER BY part.key
        """,
    ),
    QueryCheck(
        "A part that was merged into another is retired and has no history of its own",
        """
        SELECT format('part %s', part.key)
          FROM parts AS part
         WHERE part.merged_into_id IS NOT NULL
           AND (part.retired_at IS NULL OR EXISTS (SELECT FROM quantity_changes WHERE part_id = part.id))
         ORDER BY part.key
        """,
    ),
)
