"""A company's directory that speaks to Collab as Entra ID and Okta do: over HTTP, with its token."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.cast import World

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


class Directory:
    """Raw requests, so that nothing repairs them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = world.app.test_client()
        self.headers = world.token("admin", "scim")

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(
            f"/scim/v2{path}",
            method=method,
            json=body,
            headers=self.headers | more,
            content_type="application/scim+json" if body is not None else None,
        )

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.client.get(f"/scim/v2{path}", query_string=query, headers=self.headers)
        assert answer.status_code == 200, answer.text
        assert answer.mimetype == "application/scim+json"
        found: dict[str, Any] = answer.get_json()
        return found

    def found(self, wanted: str, kind: str = "Users", **query: Any) -> list[str]:
        """The names of what a filter finds."""
        answer = self.get(f"/{kind}", filter=wanted, **query)
        names = [row["userName" if kind == "Users" else "displayName"] for row in answer.get("Resources", [])]
        assert answer["totalResults"] >= len(names)
        return names

    def refused(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        """Status and scimType of an answer that is an error in the form of RFC 7644."""
        answer = self.ask(method, path, body, **headers)
        told = answer.get_json()
        assert told["schemas"] == [ERROR]
        assert told["status"] == str(answer.status_code)
        assert told["detail"]
        return answer.status_code, told.get("scimType", "")

    def user(self, user_name: str = "petra@example.com", /, **more: Any) -> dict[str, Any]:
        """A person whom the directory creates."""
        answer = self.ask("POST", "/Users", {"schemas": [USER], "userName": user_name, **more})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.get_json()
        return made

    def group(self, name: str = "Sales", *members: dict[str, Any], **more: Any) -> dict[str, Any]:
        body = {"schemas": [GROUP], "displayName": name, "members": [{"value": one["id"]} for one in members]}
        answer = self.ask("POST", "/Groups", body | more)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.get_json()
        return made

    def patch(self, thing: dict[str, Any], *operations: dict[str, Any]) -> dict[str, Any]:
        answer = self.ask("PATCH", self.path(thing), {"schemas": [PATCH], "Operations": list(operations)})
        now = self.get(self.path(thing))
        if thing["meta"]["resourceType"] == "Group":
            assert answer.status_code == 204, answer.text
        else:
            assert (answer.status_code, answer.get_json()) == (200, now), answer.text
        return now

    @staticmethod
    def path(thing: dict[str, Any]) -> str:
        return f"/{thing['meta']['resourceType']}s/{thing['id']}"


@pytest.fixture
def directory(world: World) -> Directory:
    return Directory(world)
