"""Plans are made once for what they depend on, and remembered within bounds."""

from typing import Any
from weakref import ref

from graphql import VariableValues, build_schema, get_variable_values, parse

from graph.execution.breadth_first.plan import Objects
from graph.execution.breadth_first.plan_memory import OperationPlans, PlanMemory
from graph.library_internals import FragmentDetails

SCHEMA = build_schema("type Query { a(n: Int): Int, b: Int, c: Query }")
DOCUMENT = """
query ($n: Int, $yes: Boolean!, $deep: Boolean = true) { a(n: $n) @include(if: $yes) c { ...F } }
fragment F on Query { b @skip(if: $deep) }
"""


def plans_of(document: str, memory: PlanMemory) -> OperationPlans:
    """The plans of the first operation of a document."""
    operation, *fragments = parse(document).definitions
    details = {fragment.name.value: FragmentDetails(fragment) for fragment in fragments}  # type: ignore[attr-defined, arg-type]
    return OperationPlans(operation, details, memory)  # type: ignore[arg-type]


def variables_of(document: str, **given: Any) -> VariableValues:
    """The variables as the executor gets them."""
    definitions = parse(document).definitions[0].variable_definitions  # type: ignore[attr-defined]
    values = get_variable_values(SCHEMA, definitions or (), given)
    assert isinstance(values, VariableValues)
    return values


def test_a_plan_is_used_again_when_only_other_variables_differ() -> None:
    memory = PlanMemory(SCHEMA)
    plans = plans_of(DOCUMENT, memory)
    first = plans.plan(variables_of(DOCUMENT, n=1, yes=True))
    assert plans.plan(variables_of(DOCUMENT, n=2, yes=True)) is first
    assert plans.plan(variables_of(DOCUMENT, n=1, yes=True, deep=True)) is first
    assert len(memory) == 1


def test_each_choice_of_a_directive_has_its_own_plan_also_within_fragments() -> None:
    memory = PlanMemory(SCHEMA)
    plans = plans_of(DOCUMENT, memory)
    choices = [(yes, deep) for yes in (True, False) for deep in (True, False)]
    made = [plans.plan(variables_of(DOCUMENT, yes=yes, deep=deep)) for yes, deep in choices]
    assert len({id(plan) for plan in made}) == len(memory) == 4
    assert [plan.keys for plan in made] == [("a", "c"), ("a", "c"), ("c",), ("c",)]


def test_two_documents_never_share_a_plan() -> None:
    memory = PlanMemory(SCHEMA)
    text = "{ c { b } }"
    assert plans_of(text, memory).plan(variables_of(text)) is not plans_of(text, memory).plan(variables_of(text))


def test_the_least_recently_used_plan_is_forgotten_first() -> None:
    memory = PlanMemory(SCHEMA, max_plans=2)
    one, two, three = (plans_of("{ b }", memory) for _ in range(3))
    nothing = variables_of("{ b }")
    first, second = one.plan(nothing), two.plan(nothing)
    assert one.plan(nothing) is first
    three.plan(nothing)
    assert len(memory) == 2
    assert one.plan(nothing) is first
    assert two.plan(nothing) is not second


def test_many_fields_push_out_plans_but_never_the_one_that_was_just_made() -> None:
    memory = PlanMemory(SCHEMA, max_fields=5)
    nothing = variables_of("{ b }")
    small = plans_of("{ b }", memory)
    kept = small.plan(nothing)
    large = plans_of("{ b c { b } x: b y: b z: b }", memory)
    plan = large.plan(nothing)
    assert large.plan(nothing) is plan
    assert small.plan(nothing) is not kept


def test_a_plan_keeps_no_variable_that_decides_nothing() -> None:
    plans = plans_of(DOCUMENT, PlanMemory(SCHEMA))
    kept = plans._only_deciding(variables_of(DOCUMENT, n=1, yes=True))
    assert kept.coerced == {"yes": True, "deep": True}
    assert set(kept.sources) == {"yes", "deep"}


def test_the_plans_of_a_document_go_with_it() -> None:
    memory = PlanMemory(SCHEMA)
    nothing = variables_of("{ b }")
    forgotten, kept = plans_of("{ b }", memory), plans_of("{ b }", memory)
    plan = kept.plan(nothing)
    forgotten.plan(nothing)
    gone = ref(forgotten)
    del forgotten
    assert gone() is None
    assert len(memory) == 1
    assert kept.plan(nothing) is plan


def test_what_is_planned_while_a_plan_runs_counts_until_its_document_goes() -> None:
    memory = PlanMemory(SCHEMA, max_fields=5)
    nothing = variables_of("{ b }")
    growing, small = plans_of("{ c { b x: b y: b z: b } }", memory), plans_of("{ b }", memory)
    kept = small.plan(nothing)
    below = growing.plan(nothing).fields[0].completion
    assert small.plan(nothing) is kept
    assert isinstance(below, Objects)
    below.selection(SCHEMA.query_type)  # type: ignore[arg-type]
    another = plans_of("{ b }", memory)
    another.plan(nothing)
    assert len(memory) == 2
    del growing, below
    plans_of("{ a }", memory).plan(nothing)
    assert small.plan(nothing) is kept
