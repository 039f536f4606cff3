"""Many numbers as one value: the database looks at the rows that are listed, not at all there are."""

from sqlalchemy import Column, Integer, MetaData, Table, create_engine, select

from collab.search.numbers import AmongNumbers, listed


def test_sqlite_goes_to_the_rows_that_are_listed() -> None:
    things = Table("thing", MetaData(), Column("id", Integer, primary_key=True))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        things.create(connection)
        connection.execute(things.insert(), [{"id": number} for number in range(100)])
        asked = select(things.c.id).where(things.c.id > 3, AmongNumbers(things.c.id, "wanted"))
        words = str(asked.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": False}))
        found = connection.execute(asked, {"wanted": listed([1, 5, 500], "sqlite")})
        assert found.scalars().all() == [5]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", (3, "[5]"))
        assert any(step.startswith("SEARCH thing") for *_, step in plan)
