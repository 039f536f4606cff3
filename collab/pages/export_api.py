"""``/api/v1/workspaces/{id}/pages/export``."""

from werkzeug.wrappers import Response

from collab.pages import forms
from collab.pages.export_views import archive
from collab.web.api import Api
from collab.web.request import db, viewer
from collab.workspaces import access
from collab.workspaces.queries import known

blueprint = Api("page_export")


@blueprint.operation("GET", "/workspaces/<name>/pages/export", query=forms.Export)
def export_pages(name: str, query: forms.Export) -> Response:
    """Pages with their files as a ZIP archive; ``below`` a path, only those there"""
    return archive(access.workspace(db(), viewer(), known(db(), viewer(), name).slug), query)
