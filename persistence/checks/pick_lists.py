"""Checks of pick lists against the ledger, the projects and the boxes."""

from persistence.checks.finding import QueryCheck

CHECKS = (
    QueryCheck(
        "The built units of a project are those of its completed pick lists",
        """
        SELECT format('project %s: %s written, %s on completed lists', project.name, project.built_units, listed.units)
          FROM projects AS project
         CROSS JOIN LATERAL (SELECT coalesce(sum(built_units), 0) AS units FROM pick_lists
                              WHERE project_id = project.id AND state = 'COMPLETED') AS listed
         WHERE project.built_units <> listed.units
         ORDER BY project.id
        """,
    ),
    QueryCheck(
        "What a pick list has picked of a part is what its picks took off the shelf and did not give back",
        """
        SELECT format('pick list %s, part %s: %s picked on its lines, %s in the history',
                      pick_list_id, part.key, sum(on_lines), sum(in_history))
          FROM (SELECT pick_list_id, part_id, picked_quantity AS on_lines, 0 AS in_history FROM pick_lines
                 UNION ALL
                SELECT operation.source_id, line.part_id, 0, -line.delta
                  FROM quantity_changes AS line
                  JOIN operations AS operation ON operation.id = line.operation_id
                 WHERE operation.source_kind = 'PICK_LIST') AS counted
          LEFT JOIN parts AS part ON part.id = counted.part_id
         GROUP BY pick_list_id, part.key
        HAVING sum(on_lines) <> sum(in_history)
         ORDER BY pick_list_id, part.key
        """,
    ),
    QueryCheck(
        "A pick names its pick list and that list's project",
        """
        SELECT format('operation %s: list %s, project %s', operation.id, coalesce(operation.source_id::text, 'none'),
                      coalesce(operation.project_id::text, 'none'))
          FROM operations AS operation
         WHERE operation.kind = 'PICK'
           AND NOT EXISTS (SELECT FROM pick_lists
                            WHERE pick_lists.id = operation.source_id AND operation.source_kind = 'PICK_LIST'
                              AND pick_lists.project_id = operation.project_id)
         ORDER BY operation.id
        """,
    ),
    QueryCheck(
        "A pick line leads to the place that is written on it",
        """
        SELECT format('line %s of pick list %s: %s-%s written, leads to %s-%s', line.position, line.pick_list_id,
                      line.box_number, line.location_number, box.number, location.number)
          FROM pick_lines AS line
          JOIN locations AS location ON location.id = line.location_id
          JOIN boxes AS box ON box.id = location.box_id
         WHERE (box.number, location.number) <> (line.box_number, line.location_number)
         ORDER BY line.id
        """,
    ),
    QueryCheck(
        "An open pick line leads to its place where that exists",
        """
        SELECT format('line %s of pick list %s: %s-%s', line.position, line.pick_list_id, box.number, location.number)
          FROM pick_lines AS line
          JOIN boxes AS box ON box.number = line.box_number
          JOIN locations AS location ON location.box_id = box.id AND location.number = line.location_number
         WHERE line.open_quantity > 0 AND line.location_id IS NULL
         ORDER BY line.id
        """,
    ),
)
