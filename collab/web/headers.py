"""Headers on every answer: what a browser may load, keep and tell others."""

from flask import Flask, Response, request

from collab.web.request import context

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; frame-src 'none'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": POLICY,
    "Cache-Control": "private, no-store",
}


def add(response: Response) -> Response:
    there = {name.lower() for name, _value in response.headers}
    for name, value in ALWAYS.items():
        if name.lower() not in there:
            response.headers.add(name, value)
    if not request.path.startswith("/static/"):
        response.vary.update(("Cookie", "Accept-Language"))
    if context().settings.secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def init_app(app: Flask) -> None:
    app.after_request(add)
