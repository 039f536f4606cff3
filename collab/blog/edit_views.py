"""Writing posts: the editor, saving, autosave, and two people at one post."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from collab import clock
from collab.blog import around, editor, merging, queries, services
from collab.blog.editor import Editor
from collab.blog.forms import PostPage
from collab.blog.merging import Merged
from collab.blog.models import Post
from collab.blog.publication_views import published_words
from collab.errors import Conflict, Forbidden, Invalid, NotFound
from collab.files import addresses
from collab.files import services as files
from collab.files.along import received
from collab.files.models import Attachment
from collab.history import compare
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, autosaves
from collab.workspaces.entry_views import answer

blueprint = Blueprint("blog_editing", __name__)

Answer = AnyResponse | str | tuple[str, int]


@dataclass(frozen=True)
class Saving:
    """What came with one press of a button."""

    form: PostPage
    files: Sequence[files.Received]


def _found(slug: str) -> queries.Found:
    """A post that the viewer may edit; hidden and missing alike are not found."""
    found = queries.at(db(), viewer(), slug)
    if found is None:
        raise NotFound
    if not access.allowed(db(), viewer(), "edit", found.post):
        raise Forbidden
    return found


def _page(page: Editor, status: int = 200) -> tuple[str, int]:
    return render_template("blog/edit.html", nav="blog", page=page), status


# The editor ------------------------------------------------------------------------------------


@blueprint.get("/blog/new")
@door("guest", own=True)
def new() -> Answer:
    page = editor.for_new(db(), viewer(), request.args)
    if not page.places:
        raise NotFound
    return _page(page)


@blueprint.get("/blog/<slug>/edit")
@door("guest", own=True)
def edit(slug: str) -> Answer:
    found = queries.at(db(), viewer(), slug)
    if found is None:
        moved = queries.by_old_address(db(), viewer(), slug)
        if moved is None:
            raise NotFound
        return redirect(f"/blog/{moved}/edit", 301)
    if not access.allowed(db(), viewer(), "edit", found.post):
        raise Forbidden
    return _page(editor.for_post(db(), viewer(), found, around.of_post(db(), viewer(), found.post)))


# Saving ----------------------------------------------------------------------------------------


@blueprint.post("/blog/")
@door("guest", own=True)
def create() -> Answer:
    """A new post. The key in the form makes a second sending of it the same post, not another."""
    return _save(None)


@blueprint.post("/blog/<slug>/edit")
@door("guest", own=True)
def save(slug: str) -> Answer:
    return _save(slug)


def _save(slug: str | None) -> Answer:
    try:
        form = from_page(PostPage)
        saving = Saving(form, received())
    except Invalid as error:
        return _again(slug, error)
    post = _found(slug).post if slug else _begin(form)
    try:
        return _store(post, saving)
    except Conflict:
        return _side_by_side(post, form)
    except Invalid as error:
        db().rollback()
        return _again(slug, error)


def _begin(form: PostPage) -> Post:
    """The draft for a form that has none yet, or the one that its first sending made."""
    known = queries.begun_with(db(), viewer(), services.DRAFT + form.draft_key) if form.draft_key else None
    if known is not None:
        return known
    return services.draft(db(), viewer(), "", "", (), form.workspace, key=form.draft_key)


def _store(post: Post, saving: Saving) -> Answer:
    form = saving.form
    fresh = not request.path.endswith("/edit") and post.published_at is None
    kept = [files.keep(db(), viewer(), post, file) for file in saving.files]
    body = "\n\n".join(
        [*([form.body.rstrip()] if form.body.strip() else []), *(_markdown(post, file) for file in kept)]
    )
    base = post.version if fresh else form.version
    _write(post, form, body if kept else form.body, base)
    if form.workspace and post.published_at is None:
        services.move_draft(db(), viewer(), post, form.workspace)
    services.choose_image(db(), viewer(), post, form.image)
    return _done(post, form, pictures=any(file.width is not None for file in kept))


def _markdown(post: Post, file: Attachment) -> str:
    return addresses.markdown(post.public_id, file)


def _write(post: Post, form: PostPage, body: str, base: int) -> None:
    """Save the words; where somebody else saved meanwhile, both if they do not touch."""
    title, both = form.title, False
    authors = None if form.authors is None else editor.handles(db(), viewer(), form.authors)
    if post.version != base:
        merged = merging.merge(db(), viewer(), post, title, body, base)
        if not merged.clean:
            raise Conflict
        both = (merged.title, merged.body) not in ((title, body), (post.title, post.body))
        title, body, base = merged.title, merged.body, post.version
    services.edit(
        db(),
        viewer(),
        post,
        title,
        body,
        base_version=base,
        tags=form.tags,
        authors=authors,
        note=form.note,
    )
    if both:
        flash(_("Somebody else changed the post meanwhile. Both changes are in it now."))


def _done(post: Post, form: PostPage, *, pictures: bool) -> AnyResponse:
    if pictures:
        flash(_("The files are in. Please write between the brackets what each picture shows."))
        return redirect(f"{post.address}/edit", 303)
    if form.act == "publish" and (post.published_at is None or post.published_at > clock.now()):
        services.publish(db(), viewer(), post, form.publish_at)
        flash(published_words(post))
    elif post.published_at is None:
        flash(_("Draft saved. Only its authors can see it."))
    else:
        flash(_("Saved."))
    return redirect(post.address, 303)


def _again(slug: str | None, error: Invalid) -> Answer:
    """The form as it was sent, and what is wrong with it."""
    errors = explain(error)
    if "authors" in error.errors:
        similar = editor.similar_people(db(), viewer(), str(error.params.get("names", "")))
        if similar:
            errors["authors"] += " " + _("Did you mean %(names)s?", names=", ".join(similar))
    if slug is None:
        page = editor.for_new(db(), viewer(), request.form)
    else:
        found = _found(slug)
        page = editor.for_post(db(), viewer(), found, around.of_post(db(), viewer(), found.post))
        page.take(request.form)
    page.errors = errors
    return _page(page, 422)


def _side_by_side(post: Post, form: PostPage) -> Answer:
    """Nothing was saved: what both say, with all that was written in the form."""
    db().rollback()
    present = access.get(db(), viewer(), Post, Post.id == post.id)
    merged: Merged = merging.merge(db(), viewer(), present, form.title, form.body, form.version)
    hidden = ("tags", "authors", "workspace", "image", "note", "act", "publish_at")
    return render_template(
        "blog/conflict.html",
        nav="blog",
        post=present,
        merged=merged,
        mine=form,
        rows=compare.lines(present.body, form.body),
        hidden=[(name, request.form[name]) for name in hidden if name in request.form],
        draft_key=f"{viewer().handle}:{present.public_id}:merge",
    ), 409


# Autosave ----------------------------------------------------------------------------------------


@blueprint.post("/blog/drafts")
@door("guest", own=True)
def begin() -> tuple[Response, int]:
    """The first words of something new make a draft; its addresses go back to the page."""
    form = from_page(PostPage)
    post = _begin(form)
    if post.published_at is not None:
        raise Conflict
    facts = _autosave(post, form, post.version)
    form_address = f"{post.address}/edit"
    facts |= {"action": form_address, "url": form_address, "version": post.version}
    facts["autosave_url"] = f"{post.address}/autosave"
    facts["upload_url"] = f"/entries/{post.public_id}/files"
    facts["draft_key"] = f"{viewer().handle}:{post.public_id}"
    return jsonify(facts), 201


@blueprint.post("/blog/<slug>/autosave")
@door("guest", own=True)
def autosave(slug: str) -> Response:
    """Keep unsaved words: in a draft itself, beside a published post."""
    form = from_page(PostPage)
    return jsonify(_autosave(_found(slug).post, form, form.version))


def _autosave(post: Post, form: PostPage, base: int) -> dict[str, object]:
    saved = autosaves.save(db(), viewer(), post, form.title, form.body, base)
    if saved.version is not None:
        _autosave_rest(db(), post, form)
    return answer(saved)


def _autosave_rest(session: Session, post: Post, form: PostPage) -> None:
    """In a draft, tags and authors too; half-written names are no error yet."""
    try:
        with session.begin_nested():
            authors = None if form.authors is None else editor.handles(session, viewer(), form.authors)
            services.set_around(session, viewer(), post, form.tags, authors)
    except Invalid:
        return
