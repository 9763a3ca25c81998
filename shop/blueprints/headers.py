"""Security headers on every answer, the request id, and limits that Werkzeug leaves open."""

from flask import Flask, Response, abort, request

from shop.kernel.logs import request_id

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
MAX_FIELDS = 2000
MAX_QUERY = 4000


def init_headers(app: Flask) -> None:
    """Attach the request limits and the response headers."""

    @app.before_request
    def limit_request() -> None:
        if len(request.query_string) > MAX_QUERY:
            abort(414)
        if request.mimetype == "application/x-www-form-urlencoded" and (request.content_length or 0) > 512 * 1024:
            abort(413)  # MAX_FORM_MEMORY_SIZE binds multipart bodies only
        if request.method == "POST" and request.endpoint not in (None, "static") and "\x00" in "".join(request.form.values()):
            abort(400)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CSP)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        headers.setdefault("X-Request-Id", request_id())
        if app.config["APP_ENV"] == "production":
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if _is_personal():
            headers.setdefault("Cache-Control", "no-store")  # files too: a statement, a bank's transfer file
        elif response.mimetype == "text/html":
            headers.setdefault("Cache-Control", "no-cache")
        return response


def _is_personal() -> bool:
    return request.path.startswith(("/account", "/vendor", "/apply", "/staff", "/orders", "/checkout", "/cart", "/pay"))
