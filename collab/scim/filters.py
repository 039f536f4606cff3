"""A SCIM filter (RFC 7644, 3.4.2.2) as a condition in SQL, as far as the tables can tell.

The database proposes: what it answers holds everything that fits. Where it cannot tell exactly, the
filter itself is asked about each proposal (``queries.py``); it is never left out.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scim2_models import ScimFilter, default_comparison_key
from scim2_models.path import (
    AttributeBinding,
    AttrPath,
    CompareOperator,
    Comparison,
    FilterNode,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ValuePath,
    coerce_value,
)
from sqlalchemy import ColumnElement, String, and_, cast, false, func, not_, or_, select, true
from sqlalchemy.orm import aliased

from collab.auth.directory import ScimLink
from collab.auth.models import Account, GroupMember
from collab.scim.schemas import Group

Op = CompareOperator
Condition = ColumnElement[bool]
_TIMES = {"created": ScimLink.created_at, "last_modified": ScimLink.changed_at}


@dataclass(frozen=True)
class Proposal:
    """A condition that holds for all that fits; ``exact`` if it holds for nothing else."""

    condition: Condition
    exact: bool


ANYTHING = Proposal(true(), False)


def proposal(wanted: ScimFilter[Any] | None) -> Proposal:
    """What the tables can tell of the filter; all that there is, without one."""
    return _Sql(wanted).visit(wanted.ast) if wanted is not None else Proposal(true(), True)


class _Sql(FilterVisitor[Proposal]):
    def __init__(self, wanted: ScimFilter[Any]) -> None:
        self.wanted = wanted

    def visit_not(self, node: Not) -> Proposal:
        inner = self.visit(node.expr)
        return Proposal(not_(func.coalesce(inner.condition, false())), True) if inner.exact else ANYTHING

    def visit_logical_expr(self, node: LogicalExpr) -> Proposal:
        parts = [self.visit(term) for term in node.terms]
        join = and_ if node.op == LogicalOperator.and_ else or_
        return Proposal(join(*(part.condition for part in parts)), all(part.exact for part in parts))

    def visit_present(self, node: Present) -> Proposal:
        bound = self.wanted.resolve(node.attr_path)
        name = bound.field_name if bound else ""
        if name in ("id", "user_name", "active", "meta", "schemas") or (name, self._is_group) == (
            "display_name",
            True,
        ):
            return Proposal(true(), True) if not (bound and bound.sub_field_name) else ANYTHING
        if name == "external_id":
            return Proposal(ScimLink.external_id.is_not(None), True)
        return ANYTHING

    def visit_comparison(self, node: Comparison) -> Proposal:
        bound = self.wanted.resolve_comparison(node.attr_path)
        if bound is None:
            return ANYTHING
        return self._compared(bound, node.op, coerce_value(bound, node.value, node.op))

    def _compared(self, bound: AttributeBinding, op: Op, value: Any) -> Proposal:
        name = bound.field_name
        if name == "id" or (name, bound.sub_field_name) in (("members", "value"), ("groups", "value")):
            return self._by_id(bound, op, value)
        if name == "external_id" and op in (Op.eq, Op.ne):
            return _same(ScimLink.external_id, op, value)
        if name == "user_name" or (self._is_group and name == "display_name"):
            return _by_key(bound, op, value)
        if name == "active" and isinstance(value, bool) and op in (Op.eq, Op.ne):
            is_active = Account.status == "active"
            return Proposal(is_active if value is (op == Op.eq) else not_(is_active), True)
        if name == "meta" and bound.sub_field_name in _TIMES:
            return _by_time(_TIMES[bound.sub_field_name], op, value)
        return _somewhere(bound, op, value)

    def visit_value_path(self, node: ValuePath) -> Proposal:
        bound, inner = self.wanted.resolve(node.attr_path), node.val_filter
        if bound is None or not isinstance(inner, Comparison):
            return self._within(bound, inner)
        path = AttrPath(node.attr_path.attr, inner.attr_path.attr, node.attr_path.uri)
        if bound.field_name in ("members", "groups") and inner.op == Op.eq:
            return self.visit_comparison(Comparison(path, inner.op, inner.value))
        return self._within(bound, inner)

    def _within(self, bound: AttributeBinding | None, inner: FilterNode) -> Proposal:
        """One value that fits is somewhere in the text of all that the directory wrote."""
        if isinstance(inner, LogicalExpr) and inner.op == LogicalOperator.and_:
            parts = [self._within(bound, term).condition for term in inner.terms]
            return Proposal(and_(*parts), False)
        if bound is None or not isinstance(inner, Comparison):
            return ANYTHING
        return _somewhere(bound, inner.op, inner.value)

    @property
    def _is_group(self) -> bool:
        return self.wanted.model is Group

    def _by_id(self, bound: AttributeBinding, op: Op, value: Any) -> Proposal:
        """Ids are compared letter by letter; only whether they are the same is asked of the tables."""
        if op not in (Op.eq, Op.ne) or not isinstance(value, str):
            return ANYTHING
        if bound.field_name == "id":
            found: Condition = ScimLink.public_id == value
        elif bound.field_name == "members":
            found = _has_member(value)
        else:
            found = _is_in_group(value)
        return Proposal(found if op == Op.eq else not_(found), True)


def _has_member(public_id: str) -> Condition:
    person = aliased(ScimLink)
    return (
        select(GroupMember.group_id)
        .join(person, person.account_id == GroupMember.account_id)
        .where(
            GroupMember.group_id == ScimLink.group_id,
            person.public_id == public_id,
            person.deleted_at.is_(None),
        )
        .exists()
    )


def _is_in_group(public_id: str) -> Condition:
    group = aliased(ScimLink)
    return (
        select(GroupMember.group_id)
        .join(group, group.group_id == GroupMember.group_id)
        .where(
            GroupMember.account_id == ScimLink.account_id,
            group.public_id == public_id,
            group.deleted_at.is_(None),
        )
        .exists()
    )


def _same(column: Any, op: Op, value: Any) -> Proposal:
    if value is None:
        return Proposal(column.is_(None) if op == Op.eq else column.is_not(None), True)
    found = func.coalesce(column == value, false())
    return Proposal(column == value if op == Op.eq else not_(found), True)


def _by_key(bound: AttributeBinding, op: Op, value: Any) -> Proposal:
    """By the folded name. Which of two names is greater is not left to the database's language."""
    if not isinstance(value, str):
        return ANYTHING
    key = default_comparison_key(bound, value)
    found = {
        Op.eq: ScimLink.name_key == key,
        Op.ne: ScimLink.name_key != key,
        Op.co: ScimLink.name_key.contains(key, autoescape=True),
        Op.sw: ScimLink.name_key.startswith(key, autoescape=True),
        Op.ew: ScimLink.name_key.endswith(key, autoescape=True),
    }.get(op)
    return Proposal(found, True) if found is not None else ANYTHING


def _by_time(column: Any, op: Op, value: Any) -> Proposal:
    if not isinstance(value, datetime) or value.tzinfo is None or not 1 < value.year < 9999:
        return ANYTHING
    found = {
        Op.eq: column == value,
        Op.ne: column != value,
        Op.gt: column > value,
        Op.ge: column >= value,
        Op.lt: column < value,
        Op.le: column <= value,
    }.get(op)
    return Proposal(found, True) if found is not None else ANYTHING


def _somewhere(bound: AttributeBinding, op: Op, value: Any) -> Proposal:
    """The value stands in the JSON text of the attributes, if it is one that JSON writes as it is."""
    kept = bound.field_name not in ("id", "meta", "active", "groups", "members", "schemas", "external_id")
    plain = (
        isinstance(value, str) and value.isascii() and value.isprintable() and not {'"', "\\"} & set(value)
    )
    if not (kept and plain and op in (Op.eq, Op.co, Op.sw, Op.ew)):
        return ANYTHING
    text = func.lower(cast(ScimLink.attributes, String))
    return Proposal(text.contains(value.lower(), autoescape=True), False)
