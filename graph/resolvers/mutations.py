"""The root type Mutation: every change that can be asked for."""

import strawberry

from graph.resolvers import (
    attachment_mutations,
    box_mutations,
    job_mutations,
    part_mutations,
    part_type_mutations,
    pick_list_mutations,
    project_mutations,
    stock_mutations,
)


@strawberry.type(
    description="Every change. The mutations of one document run one after the other, each in a transaction of its "
    "own; one that answers a refusal changed nothing."
)
class Mutation:
    """Assembles the mutations of each noun."""

    create_part = part_mutations.create_part
    update_part = part_mutations.update_part
    update_parts = part_mutations.update_parts
    merge_parts = part_mutations.merge_parts
    retire_part = part_mutations.retire_part
    restore_part = part_mutations.restore_part
    delete_part = part_mutations.delete_part

    create_part_type = part_type_mutations.create_part_type
    update_part_type = part_type_mutations.update_part_type
    delete_part_type = part_type_mutations.delete_part_type

    create_box = box_mutations.create_box
    update_box = box_mutations.update_box
    delete_box = box_mutations.delete_box

    attach_file = attachment_mutations.attach_file
    attach_link = attachment_mutations.attach_link
    update_attachment = attachment_mutations.update_attachment
    copy_attachment = attachment_mutations.copy_attachment
    delete_attachment = attachment_mutations.delete_attachment
    set_cover = attachment_mutations.set_cover

    create_pick_list = pick_list_mutations.create_pick_list
    pick_line = pick_list_mutations.pick_line
    pick_lines = pick_list_mutations.pick_lines
    undo_pick = pick_list_mutations.undo_pick
    complete_pick_list = pick_list_mutations.complete_pick_list
    reopen_pick_list = pick_list_mutations.reopen_pick_list
    cancel_pick_list = pick_list_mutations.cancel_pick_list

    receive_stock = stock_mutations.receive_stock
    use_stock = stock_mutations.use_stock
    move_stock = stock_mutations.move_stock
    count_stock = stock_mutations.count_stock
    book_stock = stock_mutations.book_stock
    reverse_operation = stock_mutations.reverse_operation

    create_project = project_mutations.create_project
    update_project = project_mutations.update_project
    rank_project = project_mutations.rank_project
    archive_project = project_mutations.archive_project
    restore_project = project_mutations.restore_project
    delete_project = project_mutations.delete_project
    set_requirements = project_mutations.set_requirements
    set_requirement = project_mutations.set_requirement
    remove_requirement = project_mutations.remove_requirement

    cancel_job = job_mutations.cancel_job
