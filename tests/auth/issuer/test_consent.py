"""A tool that is not the company's own asks the person, for each thing once."""

from collections.abc import Callable
from urllib.parse import urlsplit

from tests.auth.issuer.conftest import Tool, came_back, question
from tests.cast import World

Make = Callable[..., Tool]


def test_a_tool_that_is_not_the_companys_own_asks_once_for_each_thing(world: World, tool: Make) -> None:
    tool_, author = tool(trusted=False), world.as_("author")
    page = author.get(asked := question(tool_.ask(author, scope="openid email")))

    assert "tool.example" in page.text
    assert "author@example.com" in page.text
    assert "Your groups" not in page.text
    assert "form-action 'self' https://tool.example;" in page.headers["Content-Security-Policy"]
    assert "code" in came_back(author.send(asked, {"allow": "1"}))
    assert "code" in came_back(tool_.ask(author, scope="openid email"))
    assert "code" in came_back(tool_.ask(author, scope="openid"))
    assert question(tool_.ask(author, scope="openid groups"))
    assert question(tool_.ask(author, scope="openid", prompt="consent"))


def test_saying_no_is_told_and_nothing_is_remembered(world: World, tool: Make) -> None:
    tool_, author = tool(trusted=False), world.as_("author")
    answer = came_back(author.send(question(tool_.ask(author)), {"deny": "1"}))
    assert (answer["error"], answer["state"]) == ("access_denied", "st")
    assert question(tool_.ask(author))


def test_an_answer_counts_for_whom_it_was_asked(world: World, tool: Make) -> None:
    """Somebody else's question, and one without the page's token, give nothing away."""
    tool_ = tool(trusted=False)
    asked = question(tool_.ask(world.as_("author")))
    other = world.as_("member").send(asked, {"allow": "1"})
    assert urlsplit(other.headers["Location"]).path == "/oauth/authorize"
    assert world.as_("author").post(asked, data={"allow": "1"}).status_code == 400
    assert world.as_("author").get("/oauth/tools/unknown").status_code == 404
