"""Invitations of guests as administrators see them: whom, by whom, until when; not into what."""

from typing import Any

from flask import Blueprint, render_template, url_for
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from collab import clock
from collab.admin import forms
from collab.admin.queries import may_manage
from collab.auth.models import Account, Firm
from collab.guests.models import Invitation
from collab.guests.waiting import is_waiting
from collab.viewer import Viewer
from collab.web.doors import door
from collab.web.forms import from_query
from collab.web.paging import Page, page
from collab.web.request import db, viewer

blueprint = Blueprint("invitations_admin", __name__, url_prefix="/admin/invitations")

PAGE = 50
INVITATION_ID: Any = Invitation.__table__.c.id


def listing(session: Session, who: Viewer, wanted: forms.Invitations) -> Page[Any]:
    """One page of the invitations that fit, the newest first. No row says where one leads."""
    sponsor = aliased(Account, name="sponsor")
    query: Any = (
        select(
            Invitation.email,
            Invitation.name,
            Invitation.created_at,
            Invitation.expires_at,
            Invitation.accepted_at,
            Invitation.withdrawn_at,
            Invitation.declined_at,
            Invitation.sent_at,
            Firm.name.label("firm_name"),
            Firm.public_id.label("firm_public_id"),
            sponsor.name.label("sponsor_name"),
            sponsor.public_id.label("sponsor_public_id"),
        )
        .join(sponsor, sponsor.id == Invitation.sponsor_id)
        .outerjoin(Firm, Firm.id == Invitation.firm_id)
        .where(may_manage(who))
    )
    if wanted.show == "waiting":
        query = query.where(is_waiting())
    elif wanted.show == "accepted":
        query = query.where(Invitation.accepted_at.is_not(None))
    elif wanted.show == "over":
        query = query.where(and_(Invitation.accepted_at.is_(None), ~is_waiting()))
    for word in wanted.q.split()[:8]:
        query = query.where(
            or_(
                Invitation.email_key.contains(word.casefold(), autoescape=True),
                Invitation.name.icontains(word, autoescape=True),
                Firm.name.icontains(word, autoescape=True),
                sponsor.name.icontains(word, autoescape=True),
            )
        )
    return page(session, query, INVITATION_ID, INVITATION_ID, cursor=wanted.cursor, limit=PAGE)


def state(row: Any) -> str:
    """``accepted``, ``withdrawn``, ``declined``, ``expired``, or ``waiting``."""
    if row.accepted_at:
        return "accepted"
    if row.withdrawn_at:
        return "withdrawn"
    if row.declined_at:
        return "declined"
    return "expired" if row.expires_at <= clock.now() else "waiting"


@blueprint.get("/")
@door("admin")
def index() -> str:
    wanted = from_query(forms.Invitations)
    found = listing(db(), viewer(), wanted)

    def address(show: str = wanted.show, cursor: str | None = None) -> str:
        return url_for("invitations_admin.index", q=wanted.q or None, show=show or None, cursor=cursor)

    return render_template(
        "admin/invitations.html",
        wanted=wanted,
        invitations=found.items,
        state_of=state,
        address=address,
        next_url=address(cursor=found.next) if found.next else "",
    )
