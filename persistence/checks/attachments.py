"""Checks of the rows of attachments and covers."""

from persistence.checks.finding import QueryCheck

CHECKS = (
    QueryCheck(
        "A chosen cover is an image or PDF of its owner",
        """
        SELECT format('attachment %s (%s)', attachment.id, attachment.title)
          FROM covers AS cover
          JOIN attachments AS attachment ON attachment.id = cover.attachment_id
         WHERE attachment.kind NOT IN ('IMAGE', 'PDF')
            OR (attachment.part_id, attachment.box_id, attachment.project_id)
               IS DISTINCT FROM (cover.part_id, cover.box_id, cover.project_id)
         ORDER BY attachment.id
        """,
    ),
    QueryCheck(
        "A text has so many pages as were counted",
        """
        SELECT format('attachment %s (%s): %s pages, %s of them in its text', attachment.id, attachment.title,
                      attachment.page_count, found.page_count)
          FROM attachment_texts AS found
          JOIN attachments AS attachment ON attachment.id = found.attachment_id
         WHERE attachment.text_state = 'DONE' AND attachment.page_count IS DISTINCT FROM found.page_count
         ORDER BY attachment.id
        """,
    ),
    QueryCheck(
        "An attachment belongs to an owner that exists",
        """
        SELECT format('attachment %s (%s)', attachment.id, attachment.title)
          FROM attachments AS attachment
         WHERE NOT EXISTS (SELECT FROM parts WHERE parts.id = attachment.part_id)
           AND NOT EXISTS (SELECT FROM boxes WHERE boxes.id = attachment.box_id)
           AND NOT EXISTS (SELECT FROM projects WHERE projects.id = attachment.project_id)
         ORDER BY attachment.id
        """,
    ),
    QueryCheck(
        "Only a PDF has a text, and its text has been read",
        """
        SELECT format('attachment %s (%s): state %s, %s text', attachment.id, attachment.title,
                      coalesce(attachment.text_state, 'none'),
                      CASE WHEN found.attachment_id IS NULL THEN 'without' ELSE 'with' END)
          FROM attachments AS attachment
          LEFT JOIN attachment_texts AS found ON found.attachment_id = attachment.id
         WHERE (found.attachment_id IS NOT NULL) <> (coalesce(attachment.text_state, '') = 'DONE')
         ORDER BY attachment.id
        """,
    ),
)
