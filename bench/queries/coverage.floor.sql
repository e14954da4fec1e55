SELECT json_build_object('data', json_build_object('project', row_to_json(found)))
  FROM (
    SELECT project.name, project.rank, project.build_target AS "buildTarget", project.built_units AS "builtUnits",
           json_build_object('nodes', coalesce(lines.rows, '[]')) AS requirements
      FROM projects AS project
      CROSS JOIN LATERAL (
        SELECT json_agg(
                 json_build_object(
                   'perUnit', requirement.per_unit, 'attritionPercent', requirement.attrition_percent,
                   'extraPieces', requirement.extra_pieces, 'note', requirement.note,
                   'part', json_build_object('key', part.key, 'description', part.description),
                   'coverage', json_build_object(
                     'neededQuantity', coverage.need_quantity, 'pickedQuantity', coverage.picked_quantity,
                     'openQuantity', coverage.open_quantity, 'onHandQuantity', coverage.on_hand_quantity,
                     'availableQuantity', coverage.available_quantity, 'shortageQuantity', coverage.shortage_quantity,
                     'reservedBy', coalesce(reservation.rows, '[]')
                   )
                 ) ORDER BY requirement.position, requirement.id
               ) AS rows
          FROM requirements AS requirement
          JOIN requirement_coverage AS coverage ON coverage.requirement_id = requirement.id
          JOIN parts AS part ON part.id = requirement.part_id
          CROSS JOIN LATERAL (
            SELECT json_agg(
                     json_build_object(
                       'firmQuantity', claim.firm, 'softQuantity', claim.soft,
                       'project', json_build_object('name', claim.name)
                     ) ORDER BY claim.rank
                   ) AS rows
              FROM (
                SELECT other.name, other.rank, sum(firm_quantity) AS firm, sum(soft_quantity) AS soft
                  FROM part_claims
                  JOIN projects AS other ON other.id = part_claims.project_id
                 WHERE part_claims.part_id = requirement.part_id AND part_claims.project_id <> project.id
                 GROUP BY other.id
                HAVING sum(firm_quantity) + sum(soft_quantity) > 0
              ) AS claim
          ) AS reservation
         WHERE requirement.project_id = project.id
      ) AS lines
     WHERE project.id = $1
  ) AS found
