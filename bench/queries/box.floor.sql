SELECT json_build_object('data', json_build_object('box', row_to_json(found)))
  FROM (
    SELECT box.number, box.description, box.capacity, box.columns, json_build_object('nodes', places.rows) AS locations
      FROM boxes AS box
      CROSS JOIN LATERAL (
        SELECT json_agg(
                 json_build_object('number', location.number, 'stock', coalesce(content.rows, '[]'))
                 ORDER BY location.number
               ) AS rows
          FROM (SELECT * FROM locations WHERE box_id = box.id ORDER BY number LIMIT 60) AS location
          CROSS JOIN LATERAL (
            SELECT json_agg(
                     json_build_object(
                       'quantity', stock.quantity,
                       'part', json_build_object(
                         'key', part.key, 'description', part.description,
                         'type', CASE WHEN type.id IS NOT NULL THEN json_build_object('name', type.name) END
                       )
                     ) ORDER BY part.key
                   ) AS rows
              FROM stock
              JOIN parts AS part ON part.id = stock.part_id
              LEFT JOIN part_types AS type ON type.id = part.type_id
             WHERE stock.location_id = location.id
          ) AS content
      ) AS places
     WHERE box.number = $1
  ) AS found
