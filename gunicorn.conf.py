"""How gunicorn serves the shop: two workers with threads, the app loaded once before forking."""

import gc
import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = True
timeout = 30
graceful_timeout = 10
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 8190
control_socket_disable = True  # it would open a socket in the home folder
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
loglevel = "warning"


def when_ready(server):
    """Compile the templates once for all workers, and set what the app is made of aside: the garbage collector neither walks it
    again nor, by walking it, unshares its memory after the fork."""
    from wsgi import flask_app

    for name in flask_app.jinja_env.list_templates(extensions=["html"]):
        flask_app.jinja_env.get_template(name)
    gc.collect()
    gc.freeze()


def post_fork(server, worker):
    """Drop the connections opened before the fork: two processes must never share a socket."""
    from shop.kernel.db import db
    from wsgi import flask_app

    with flask_app.app_context():
        db.engine.dispose(close=False)
