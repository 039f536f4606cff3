"""Reactions for programs."""

from collab.errors import NotFound
from collab.reactions import services
from collab.web.api import Api, Listing, Out
from collab.web.paging import Page
from collab.web.request import db, viewer
from collab.workspaces import access
from collab.workspaces.models import Entry

blueprint = Api("reactions")
RULE = "/entries/<public_id>/reactions"


class ReactionOut(Out):
    """How often a sign was given, and whether by you."""

    kind: services.Kind
    count: int
    mine: bool


def _entry(public_id: str) -> Entry:
    return access.get(db(), viewer(), Entry, Entry.public_id == public_id)


def _all(entry: Entry) -> list[ReactionOut]:
    return [
        ReactionOut.model_validate({"kind": tally.kind, "count": tally.count, "mine": tally.mine})
        for tally in services.tallies(db(), viewer(), entry)
    ]


def _one(entry: Entry, kind: str) -> ReactionOut:
    found = [reaction for reaction in _all(entry) if reaction.kind == kind]
    if not found:
        raise NotFound
    return found[0]


@blueprint.operation("GET", RULE, query=Listing, answer=ReactionOut, many=True)
def list_reactions(public_id: str, query: Listing) -> Page[ReactionOut]:
    """The reactions to an entry, one item for each kind"""
    return Page(_all(_entry(public_id)), None)


@blueprint.operation("GET", f"{RULE}/<kind>", answer=ReactionOut)
def get_reaction(public_id: str, kind: str) -> ReactionOut:
    """The reactions of one kind: like, thanks or read"""
    return _one(_entry(public_id), kind)


@blueprint.operation("PUT", f"{RULE}/<kind>", answer=ReactionOut)
def give_reaction(public_id: str, kind: str) -> ReactionOut:
    """React to an entry; twice is once"""
    entry = _entry(public_id)
    services.give(db(), viewer(), entry, kind)
    return _one(entry, kind)


@blueprint.operation("DELETE", f"{RULE}/<kind>", status=204)
def take_back_reaction(public_id: str, kind: str) -> None:
    """Take one's reaction back"""
    services.take_back(db(), viewer(), _entry(public_id), kind)
