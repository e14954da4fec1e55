SELECT json_build_object('data', json_build_object('parts', json_build_object('nodes', json_agg(page ORDER BY page.key))))
  FROM (
    SELECT part.key, part.version, part.description, part.manufacturer, part.manufacturer_code AS "manufacturerCode",
           part.package, part.series, part.mounting_type AS "mountingType", part.pin_count AS "pinCount", part.tags,
           part.low_stock_threshold AS "lowStockThreshold", part.created_at AS "createdAt",
           CASE WHEN type.id IS NOT NULL THEN json_build_object('name', type.name) END AS type,
           total.total_quantity AS "totalQuantity", coalesce(places.rows, '[]') AS stock
      FROM (SELECT * FROM parts WHERE retired_at IS NULL ORDER BY key LIMIT 100) AS part
      JOIN part_totals AS total ON total.part_id = part.id
      LEFT JOIN part_types AS type ON type.id = part.type_id
      CROSS JOIN LATERAL (
        SELECT json_agg(
                 json_build_object(
                   'quantity', stock.quantity,
                   'location', json_build_object(
                     'number', stock.location_number,
                     'box', json_build_object('number', box.number, 'description', box.description)
                   )
                 ) ORDER BY box.number, stock.location_number
               ) AS rows
          FROM stock
          JOIN boxes AS box ON box.id = stock.box_id
         WHERE stock.part_id = part.id
      ) AS places
  ) AS page
