"""Put the web application together. The only file that knows every web part."""

from dataclasses import replace
from importlib import import_module

from flask import Flask
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from collab import doctor
from collab.account import api as account_api
from collab.account import code_views as account_code_views
from collab.account import method_views as account_method_views
from collab.account import passkey_views as account_passkey_views
from collab.account import session_views as account_session_views
from collab.account import token_views as account_token_views
from collab.account import tool_views as account_tool_views
from collab.account import views as account_views
from collab.activity.outbox import Context
from collab.admin import api as admin_api
from collab.admin import bulk_views as admin_bulk_views
from collab.admin import client_views as admin_client_views
from collab.admin import conversion_views as admin_conversion_views
from collab.admin import directory_views as admin_directory_views
from collab.admin import firm_views as admin_firm_views
from collab.admin import group_views as admin_group_views
from collab.admin import handing_views as admin_handing_views
from collab.admin import invitation_views as admin_invitation_views
from collab.admin import list_views as admin_list_views
from collab.admin import log_views as admin_log_views
from collab.admin import provider_views as admin_provider_views
from collab.admin import system_views as admin_system_views
from collab.admin import table_views as admin_table_views
from collab.admin import views as admin_views
from collab.alone import api as alone_api
from collab.alone import arrival
from collab.alone import link_views as alone_link_views
from collab.alone import share_views as alone_share_views
from collab.alone import views as alone_views
from collab.api import views as api_views
from collab.auth import login
from collab.auth import views as auth_views
from collab.auth.issuer import logout_views as tool_logout_views
from collab.auth.issuer import token_views as tool_token_views
from collab.auth.issuer import views as tool_views
from collab.auth.methods import code_views as auth_code_views
from collab.auth.methods import mail_views as auth_mail_views
from collab.auth.methods import passkey_views as auth_passkey_views
from collab.auth.providers import logout_views as auth_provider_logout_views
from collab.auth.providers import views as auth_provider_views
from collab.auth.providers.metadata import Published
from collab.comments import api as comments_api
from collab.comments import turn_views as comment_turning
from collab.comments import views as comments_views
from collab.config import Settings, load
from collab.db import make_engine, sessions
from collab.files import api as files_api
from collab.files import views as files_views
from collab.files.preview import views as preview_views
from collab.guests import access_views as guests_access_views
from collab.guests import colleague_views as guests_colleague_views
from collab.guests import coming_views as guests_coming_views
from collab.guests import firm_views as guests_firm_views
from collab.guests import invitation_api as guests_invitation_api
from collab.guests import invitation_views as guests_invitation_views
from collab.guests import look_views as guests_look_views
from collab.guests import sponsor_views as guests_sponsor_views
from collab.history import api as history_api
from collab.history import views as history_views
from collab.home import api as home_api
from collab.home import pin_views as home_pin_views
from collab.home import stream_views as home_stream_views
from collab.home import views as home_views
from collab.kinds import KINDS
from collab.people import views as people_views
from collab.reactions import api as reactions_api
from collab.reactions import views as reactions_views
from collab.scim import views as scim_views
from collab.search import api as search_api
from collab.search import asked_views as search_asked_views
from collab.search import feed_views as search_feed_views
from collab.search import following
from collab.search import saved_api as search_saved_api
from collab.search import saved_views as search_saved_views
from collab.search import stop_views as search_stop_views
from collab.search import synonym_views as search_synonym_views
from collab.search import views as search_views
from collab.storage import Storage
from collab.web import assets, cookies, doors, fragments, health, setup
from collab.web.request import context as serving
from collab.workspaces import api as workspaces_api
from collab.workspaces import entry_views as workspaces_entry_views
from collab.workspaces import group_views as workspaces_group_views
from collab.workspaces import member_api as workspaces_member_api
from collab.workspaces import member_views as workspaces_member_views
from collab.workspaces import net
from collab.workspaces import shared_views as workspaces_shared_views
from collab.workspaces import sharing_views as workspaces_sharing_views
from collab.workspaces import template_views as workspaces_template_views
from collab.workspaces import views as workspaces_views
from collab.workspaces import watch_views as workspaces_watch_views

BLUEPRINTS = (
    account_api.blueprint,
    account_code_views.blueprint,
    account_method_views.blueprint,
    account_passkey_views.blueprint,
    account_session_views.blueprint,
    account_token_views.blueprint,
    account_tool_views.blueprint,
    account_views.blueprint,
    admin_api.blueprint,
    admin_bulk_views.blueprint,
    admin_conversion_views.blueprint,
    admin_directory_views.blueprint,
    admin_client_views.blueprint,
    admin_firm_views.blueprint,
    admin_group_views.blueprint,
    admin_handing_views.blueprint,
    admin_invitation_views.blueprint,
    admin_list_views.blueprint,
    admin_log_views.blueprint,
    admin_provider_views.blueprint,
    admin_system_views.blueprint,
    admin_table_views.blueprint,
    admin_views.blueprint,
    api_views.blueprint,
    assets.blueprint,
    auth_provider_logout_views.blueprint,
    alone_api.blueprint,
    alone_link_views.blueprint,
    alone_share_views.blueprint,
    alone_views.blueprint,
    auth_provider_views.blueprint,
    auth_code_views.blueprint,
    auth_mail_views.blueprint,
    auth_passkey_views.blueprint,
    auth_views.blueprint,
    comments_api.blueprint,
    comments_views.blueprint,
    comment_turning.blueprint,
    files_api.blueprint,
    files_views.blueprint,
    preview_views.blueprint,
    guests_access_views.blueprint,
    guests_look_views.blueprint,
    guests_sponsor_views.blueprint,
    guests_firm_views.blueprint,
    guests_coming_views.blueprint,
    guests_colleague_views.blueprint,
    guests_invitation_api.blueprint,
    guests_invitation_views.blueprint,
    health.blueprint,
    history_api.blueprint,
    history_views.blueprint,
    home_api.blueprint,
    home_pin_views.blueprint,
    home_stream_views.blueprint,
    home_views.blueprint,
    people_views.blueprint,
    reactions_api.blueprint,
    reactions_views.blueprint,
    scim_views.blueprint,
    search_api.blueprint,
    search_asked_views.blueprint,
    search_feed_views.blueprint,
    search_saved_api.blueprint,
    search_saved_views.blueprint,
    search_stop_views.blueprint,
    search_synonym_views.blueprint,
    search_views.blueprint,
    tool_logout_views.blueprint,
    tool_token_views.blueprint,
    tool_views.blueprint,
    workspaces_api.blueprint,
    workspaces_entry_views.blueprint,
    workspaces_group_views.blueprint,
    workspaces_member_api.blueprint,
    workspaces_member_views.blueprint,
    workspaces_shared_views.blueprint,
    workspaces_sharing_views.blueprint,
    workspaces_template_views.blueprint,
    workspaces_views.blueprint,
    workspaces_watch_views.blueprint,
    *(import_module(views).blueprint for kind in KINDS for views in kind.views),
)


def make_context(settings: Settings, engine: Engine | None = None) -> Context:
    """The database and the file store that the settings name."""
    settings = replace(settings, data_dir=settings.data_dir.resolve())
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = engine or make_engine(settings.database)
    read, write = sessions(engine, write=False), sessions(engine, write=True)
    net.install(read)
    net.install(write)
    if engine.dialect.name == "postgresql":
        following.install(write)
    return Context(settings, Storage(settings.data_dir / "files"), write, read)


def create_app(context: Context | None = None) -> Flask:
    """The WSGI application. Without ``context``, the settings of the environment hold."""
    context = context or make_context(load())
    settings = context.settings
    app = Flask(__name__, static_folder=None)
    app.extensions["collab"] = context
    app.extensions["collab-providers"] = Published()
    app.config.update(
        SECRET_KEY=settings.key,
        SESSION_COOKIE_NAME=cookies.prefixed("page", settings.secure),
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=settings.trusted_hosts,
        MAX_CONTENT_LENGTH=settings.upload_limit_mb << 20,
        MAX_FORM_MEMORY_SIZE=4 << 20,
        MAX_FORM_PARTS=1000,
    )
    app.jinja_environment = fragments.Templates
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    setup.before(app)
    login.init_app(app)
    arrival.init_app(app)
    setup.after(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    ready = health.readiness(lambda: [(finding.name, finding.well) for finding in doctor.quick(serving())])
    app.extensions["collab-doctor"] = lambda closely: (doctor.thorough if closely else doctor.quick)(
        serving()
    )
    app.add_url_rule("/readyz", "readyz", ready)
    doors.check_all_declared(app)
    return app
