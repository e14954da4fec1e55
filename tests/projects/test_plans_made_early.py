"""The database plans a statement once per connection: a plan made while little was there serves a large project.

Statistics of nearly empty tables tell it that every order of a join is the same; one of them takes the cube of the
requirements, and the deadline of the request is reached.
"""

from tests.factories import Workshop
from tests.graphql_client import Json
from tests.projects.facts import line, project

# The server draws no key with an O.
_PARTS = """
WITH part AS (
    INSERT INTO parts (key, description, description_key)
    SELECT 'A' || chr(65 + i / 26) || chr(65 + i % 26) || 'O', 'x', 'x' FROM generate_series(0, 499) AS i
    RETURNING id, key
), total AS (
    INSERT INTO part_totals (part_id, total_quantity) SELECT id, 7 FROM part
)
SELECT key FROM part ORDER BY key
"""
_READ = """
query Read($id: ID!) {
  project(id: $id) {
    buildableUnits
    requirements(first: 200) { totalCount nodes { coverage { substitutes { availableQuantity } } } }
  }
}
"""


async def test_a_large_project_is_read_by_plans_that_were_made_for_a_small_one(workshop: Workshop) -> None:
    async def read(project_id: str) -> Json:
        found: Json = (await workshop.graphql(_READ, {"id": project_id}))["project"]
        return found

    spare = await workshop.part()
    small = await project(workshop, "Small", 1, line(await workshop.part(), substituteKeys=[spare]))
    await workshop.connection.execute("ANALYZE")
    assert (await read(small))["buildableUnits"] == 0
    keys = [row["key"] for row in await workshop.connection.fetch(_PARTS)]
    others = [*keys[1:], keys[0]]
    requirements = [line(key, substituteKeys=[other]) for key, other in zip(keys, others, strict=True)]
    for name in ("Lamp", "Clock"):
        await project(workshop, name, 2, *requirements)
    told = await read(await project(workshop, "Radio", 2, *requirements))
    # Seven pieces of each, of which the two projects above want two each.
    assert told["buildableUnits"] == 2
    assert told["requirements"]["totalCount"] == 500
    assert {
        each["availableQuantity"] for node in told["requirements"]["nodes"] for each in node["coverage"]["substitutes"]
    } == {1}
