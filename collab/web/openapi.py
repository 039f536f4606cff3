"""The OpenAPI 3.1 document, made from the operations as they are declared."""

import re
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from collab import __version__
from collab.web.api import Api, Operation

REF = "#/components/schemas/{model}"
PROBLEM = {
    "description": "Problem details (RFC 9457)",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "errors": {"type": "array", "items": {"type": "object"}},
                },
            }
        }
    },
}


def document(base_url: str) -> dict[str, Any]:
    """What the API can do."""
    inputs: set[type[BaseModel]] = {item.body for item in Api.operations if item.body}
    outputs: set[type[BaseModel]] = {item.answer for item in Api.operations if item.answer}
    modes: list[Any] = [(model, "validation") for model in inputs] + [
        (model, "serialization") for model in outputs
    ]
    names, schemas = models_json_schema(sorted(modes, key=lambda pair: pair[0].__name__), ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for item in sorted(Api.operations, key=lambda operation: (operation.rule, operation.method)):
        rule = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", item.rule)
        paths.setdefault(rule, {})[item.method.lower()] = _operation(item, names)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Collab", "version": __version__, "license": {"name": "AGPL-3.0-or-later"}},
        "servers": [{"url": base_url}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(item: Operation, names: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "summary": item.summary,
        "operationId": f"{item.method.lower()}{re.sub(r'[^a-z]+', '_', item.rule)}".rstrip("_"),
        "responses": {str(item.status): _answer(item, names), "default": PROBLEM},
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"<(?:[^:>]+:)?([^>]+)>", item.rule)
    ]
    if item.query is not None:
        schema = item.query.model_json_schema()
        parameters += [
            {"name": name, "in": "query", "schema": about}
            for name, about in schema.get("properties", {}).items()
        ]
    if parameters:
        found["parameters"] = parameters
    if item.body is not None:
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": names[item.body, "validation"]}},
        }
    return found


def _answer(item: Operation, names: dict[Any, Any]) -> dict[str, Any]:
    if item.answer is None:
        return {"description": "Done"}
    schema: dict[str, Any] = names[item.answer, "serialization"]
    if item.many:
        schema = {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": {"type": "array", "items": schema},
                "next": {"type": ["string", "null"], "description": "Cursor of what follows"},
            },
        }
    return {"description": "OK", "content": {"application/json": {"schema": schema}}}
