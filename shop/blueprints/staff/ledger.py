"""The books, to be read: trial balance, entries, one entry. Nothing is written here; use cases of the rooms post."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.blueprints.access import STAFF, access
from shop.blueprints.account_words import ACCOUNTS, CLASSES, account_label
from shop.kernel.clock import SEOUL
from shop.kernel.db import read_session
from shop.ledger import queries, rules
from shop.ledger.accounts import OWNED_PREFIXES, owner_of
from shop.people.models import StaffRole
from shop.vendors.queries import get_names

bp = Blueprint("ledger", __name__, url_prefix="/ledger")

READER = STAFF(StaffRole.ACCOUNTANT, StaffRole.MANAGER, StaffRole.AUDITOR)
PAGE = 50


@bp.get("")
@access(READER)
def index() -> ResponseReturnValue:
    """The trial balance of a day, as known at an instant; vendors' accounts folded unless one kind is asked for."""
    session = read_session()
    as_of, known_at = request.args.get("as_of", type=date.fromisoformat), request.args.get("known_at", type=_seoul_moment)
    unfold = request.args.get("unfold", "")
    rows = rules.fold(queries.trial_balance(session, as_of=as_of, known_at=known_at), unfold=unfold)
    count, head = queries.get_head(session)
    return render_template(
        "staff/ledger/index.html", rows=rows, foot=rules.sum_up(rows), as_of=as_of, known_at=known_at, unfold=unfold,
        classes=CLASSES, foldable=[prefix.rstrip(":") for prefix in OWNED_PREFIXES], count=count, head=head,
        label=_labels({row.account for row in rows}))


@bp.get("/entries")
@access(READER)
def entries() -> ResponseReturnValue:
    """Entries, newest first; of an account and those under it, or of references that begin so."""
    session = read_session()
    account, reference = (request.args.get(name, "").strip()[:120] for name in ("account", "reference"))
    rows = queries.list_entries(session, before_id=request.args.get("after", type=int), limit=PAGE, account=account,
                                reference=reference)
    kept: dict[str, Any] = {"account": account or None, "reference": reference or None}
    next_url = url_for("staff.ledger.entries", after=rows[-1].id, **kept) if len(rows) == PAGE else None
    first_url = url_for("staff.ledger.entries", **kept) if "after" in request.args else None
    return render_template("staff/ledger/entries.html", rows=rows, account=account, reference=reference, next_url=next_url,
                           first_url=first_url, kinds=ACCOUNTS, label=_labels({account}))


@bp.get("/entries/<int:entry_id>")
@access(READER)
def entry(entry_id: int) -> ResponseReturnValue:
    """One entry with its postings, its place in the chain, and what it undid or what undid it."""
    session = read_session()
    row = queries.find_entry(session, entry_id)
    if row is None:
        abort(404)
    codes = queries.account_codes(session, {posting.account_id for posting in row.postings})
    vendors = get_names(session, {posting.vendor_id for posting in row.postings if posting.vendor_id})
    return render_template("staff/ledger/entry.html", entry=row, codes=codes, vendors=vendors,
                           reversed_by=queries.find_reversal_id(session, entry_id), label=_labels(set(codes.values())))


def _labels(codes: set[str]) -> dict[str, str]:
    """The words of accounts, vendors by name, in one query."""
    owners = {owner for code in codes if (owner := _owner(code)) is not None}
    names = get_names(read_session(), owners) if owners else {}
    return {code: account_label(code, names) for code in codes if code}


def _owner(code: str) -> int | None:
    """The vendor of an account as typed; None for what cannot be one."""
    owner = code.rpartition(":")[2]
    return owner_of(code) if owner.isdecimal() and len(owner) < 16 else None


def _seoul_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SEOUL)
