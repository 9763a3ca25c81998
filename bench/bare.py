"""What the shop is measured against: Flask saying hello, and a 30 KB Jinja page that asks no database."""

from flask import Flask, render_template
from jinja2 import DictLoader

app = Flask(__name__)

# A card a line, as a shop would write it.
PAGE = """<!doctype html><html lang="ko"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><main>
{% for item in items %}<article class="card">
<a href="/goods/{{ item.code }}"><img src="/static/drawings/{{ item.drawing }}.svg" alt="" width="240" height="240"></a>
<p class="card-maker">{{ item.maker }} <span class="chip">{{ item.kind }}</span></p>
<h3><a href="/goods/{{ item.code }}">{{ item.name }}</a></h3>
<p class="card-price"><strong>{{ "{:,}".format(item.price) }}원</strong> <span>{{ item.note }}</span></p>
{% if item.hall %}<p class="card-hall">판매장에 있음</p>{% endif %}</article>
{% endfor %}</main></body></html>"""
app.jinja_env.loader = DictLoader({"page.html": PAGE})

ITEMS = [
    {"code": f"goods-{n}", "drawing": "notebook", "maker": "한땀공방", "kind": "예비사회적기업", "name": f"전주한지 수제노트 {n}",
     "price": 12000 + n, "note": "풍남동 · 한지 · 실 제본", "hall": n % 2 == 0}
    for n in range(73)
]


@app.get("/hello")
def hello() -> str:
    """13 bytes."""
    return "hello, world\n"


@app.get("/page")
def page() -> str:
    """About 30 KB of escaped, looped Jinja, its template compiled once."""
    return render_template("page.html", title="판매장", items=ITEMS)
