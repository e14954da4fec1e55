"""When the answer of a field is left to the answer writer, and why not.

A field that looks something up by a key (of Query, and what mutations answer) is answered in the ordinary way until its
selection has proved to come again. Then the writer is asked, once: what it can write is read by it from then on, what
it cannot write stays as it was. Each run of a field that was not written is told, with the reason.
"""

from functools import partial

from graphql import GraphQLError

from graph.execution.breadth_first.answer_writer import CannotBeWritten, Writing
from graph.execution.breadth_first.argument_values import relation_arguments
from graph.execution.breadth_first.operation_run import Run
from graph.execution.breadth_first.plan import FieldPlan, WritingMemo
from graph.execution.observation import Unwritten
from graph.execution.relation import Relation


def writing_of(run: Run, field: FieldPlan, relation: Relation) -> Writing | None:
    """What is written in place of the relation's load; None where it has to be loaded, which is told."""
    memo = field.writing
    if memo is None:
        return None
    if not memo.is_settled:
        _look(run, field, relation, memo)
    if memo.reason is not None:
        run.context.answer_observer.not_written(memo.reason)
    return memo.writing


def tell_resolver(run: Run, field: FieldPlan) -> None:
    """Tell that a field of Query is answered by its resolver; those of other types look nothing up."""
    if field.parent_type is run.schema.query_type:
        run.context.answer_observer.not_written(Unwritten.NOT_A_LOOKUP)


def _look(run: Run, field: FieldPlan, relation: Relation, memo: WritingMemo) -> None:
    writer = run.context.answer_writer
    memo.runs += 1
    if not writer.begins_with(relation):
        # Only the fields of Query are places where it could begin; relations within an answer belong to it.
        is_of_query = field.parent_type is run.schema.query_type
        memo.reason, memo.is_settled = Unwritten.NO_STATEMENT if is_of_query else None, True
    elif writer.after_runs < 0:
        memo.reason = Unwritten.TURNED_OFF
    elif memo.runs <= writer.after_runs:
        memo.reason = Unwritten.SELDOM_ASKED
    else:
        memo.reason, memo.is_settled = None, True
        try:
            memo.writing = writer.writing(field, relation, partial(relation_arguments, run))
        except CannotBeWritten as failure:
            memo.reason = failure.reason
        except GraphQLError:
            # A selection below could not be planned: its @include or @skip is given null.
            memo.reason = Unwritten.REFUSED
