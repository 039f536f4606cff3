"""``/s/<token>``: an entry for whoever has the link, without an account."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from collab.alone import arrival, page, visitors
from collab.alone.forms import Words
from collab.auth import passwords, tries
from collab.errors import Invalid, NotFound
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, reading, viewer
from collab.workspaces import access, links, whereabouts
from collab.workspaces.models import Entry, ShareLink

blueprint = Blueprint("links", __name__)

Answer = Response | tuple[Response, int]


@blueprint.after_request
def _quietly(response: Response) -> Response:
    """The address is a secret: no other host and no search engine learns it, nothing keeps the page.

    With ``no-referrer`` browsers would send our own forms with ``Origin: null`` (Fetch, 3.2).
    """
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return page.unlisted(response)


def _come_in(token: str) -> tuple[ShareLink, Entry]:
    """The link and its entry; NotFound for a link that does not work, and for what it leads to no more."""
    link = links.by_token(reading(), token)
    arrival.come_in(link.id)
    return link, access.get(reading(), viewer(), Entry, Entry.id == link.entry_id)


def _may_open(link: ShareLink) -> bool:
    return link.password_hash is None or arrival.holds(link)


@blueprint.get("/s/<token>")
@door("anyone", own=True)
def link(token: str) -> Answer:
    """The entry, or first the question for the password. Changes nothing."""
    found, entry = _come_in(token)
    if not _may_open(found):
        return make_response(_ask(token, {}))
    if viewer().signed_in and whereabouts.is_known(reading(), viewer(), entry):
        return redirect(entry.address, 303)
    response = make_response(_shown(token, found, entry))
    arrival.keep(response, found)
    return response


def _ask(token: str, errors: dict[str, str]) -> str:
    return render_template("alone/password.html", token=token, errors=errors)


def _shown(token: str, link: ShareLink, entry: Entry, **more: Any) -> str:
    may_comment = link.may_comment and not viewer().signed_in
    shared = page.by_link(reading(), link, token, may_comment=may_comment)
    return page.shown(reading(), viewer(), entry, link=shared, **more)


@blueprint.post("/s/<token>/password")
@door("anyone", secret=True)
def password(token: str) -> Answer:
    """Tries are counted; a wrong password is told like a missing one."""
    found, _entry = _come_in(token)
    counted = tries.keys_of_link(found.public_id)
    tries.check(counted)
    given = str(request.form.get("password", ""))[: passwords.LONGEST]
    if not passwords.matches(found.password_hash, given):
        tries.count(counted)
        return make_response(_ask(token, explain(Invalid({"password": "wrong_link_password"})))), 422
    response = redirect(url_for(".link", token=token), 303)
    arrival.keep(response, found)
    return response


@blueprint.post("/s/<token>/comments")
@door("anyone")
def comment(token: str) -> Answer:
    """A comment under a name that the person gives; by who has an account, it is made elsewhere."""
    found, entry = _come_in(token)
    if not _may_open(found) or viewer().signed_in:
        raise NotFound
    counted = tries.keys_for_words(found.public_id)
    tries.check(counted)
    tries.count(counted)
    try:
        words = from_page(Words)
        here = access.get(db(), viewer(), Entry, Entry.id == entry.id)
        said = visitors.say(db(), viewer(), db().merge(found, load=False), here, words.name, words.body)
    except Invalid as error:
        return _again(token, error)
    response = redirect(f"{url_for('.link', token=token)}#comment-{said.public_id}", 303)
    arrival.keep(response, found)
    return response


def _again(token: str, error: Invalid) -> Answer:
    """The words as they were sent, with what is wrong about them."""
    db().rollback()
    found, entry = _come_in(token)
    fields = explain(error)
    return make_response(_shown(token, found, entry, errors=fields, values=request.form)), 422
