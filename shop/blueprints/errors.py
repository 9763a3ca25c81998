"""Refusals and failures, mapped once to an answer in the reader's language."""

from contextlib import suppress

from flask import Flask, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, SQLAlchemyError, StatementError
from werkzeug.exceptions import HTTPException

from shop.blueprints.refusals import sentence
from shop.kernel.db import read_session
from shop.kernel.errors import ShopError
from shop.kernel.logs import get_logger, request_id

log = get_logger(__name__)


def init_errors(app: Flask) -> None:
    """Register the error pages."""
    app.register_error_handler(ShopError, refuse)
    app.register_error_handler(CSRFError, refuse_form)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(StatementError, judge_statement)
    app.register_error_handler(OverflowError, refuse_value)
    app.register_error_handler(Exception, fail)


def refuse(error: ShopError) -> ResponseReturnValue:
    """Answer an expected refusal with its sentence."""
    return _page(error.status, sentence(error), code=error.code)


def refuse_form(error: CSRFError) -> ResponseReturnValue:
    """Answer a form whose token is missing or old."""
    return _page(400, _("이 양식은 오래되었어요. 이전 화면으로 돌아가 새로 고친 뒤 다시 보내 주세요."), code="csrf")


def answer_http(error: HTTPException) -> ResponseReturnValue:
    """Answer Werkzeug's own errors in our words."""
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    sentences = {
        400: _("보낸 내용을 읽을 수 없었습니다. 입력한 것을 확인하고 다시 보내 주세요."),
        403: _("이 방에 들어갈 권한이 없습니다."),
        404: _("찾으시는 것이 여기에 없습니다. 주소가 바뀌었거나 내려진 물건일 수 있어요."),
        405: _("이 주소로는 그 일을 할 수 없습니다."),
        413: _("보낸 파일이나 글이 너무 큽니다."),
        414: _("주소가 너무 깁니다."),
        429: _("잠깐 사이에 너무 많이 시도했습니다. 조금 뒤에 다시 해 주세요."),
    }
    code = error.code or 500
    return _page(code, sentences.get(code, _("요청을 처리하지 못했습니다.")), code=f"http_{code}")


def refuse_value(error: Exception) -> ResponseReturnValue:
    """Answer a value that no column and no calendar can hold: a number of thirty digits, a day before the first year."""
    log.warning("value out of range", exc_info=error)
    _forget_reads()
    return _page(400, _("보낸 내용을 읽을 수 없었습니다. 입력한 것을 확인하고 다시 보내 주세요."), code="http_400")


def judge_statement(error: StatementError) -> ResponseReturnValue:
    """Tell a value that does not fit its column from a failure."""
    return refuse_value(error) if isinstance(error, DataError) or isinstance(error.orig, OverflowError) else fail(error)


def fail(error: Exception) -> ResponseReturnValue:
    """Answer what nobody foresaw: logged once with its id, nothing of it shown."""
    log.error("unhandled", exc_info=error)
    _forget_reads()
    return _page(500, _("저희 쪽에서 일이 어긋났습니다. 저장되지 않은 것이 있을 수 있으니 다시 시도해 주세요."), code="failed")


def _forget_reads() -> None:
    """The error page reads who is signed in; on PostgreSQL nothing can be read in a transaction that has failed."""
    with suppress(SQLAlchemyError):
        read_session().rollback()


def _page(status: int, text: str, *, code: str) -> ResponseReturnValue:
    if request_ctx.url_adapter is None:  # the host is not ours: no address of ours can be built, and none is owed
        return text, status, {"Content-Type": "text/plain; charset=utf-8"}
    if request.path.endswith(".json") or request.accept_mimetypes.best == "application/json":
        return {"error": code, "message": text, "request_id": request_id()}, status
    return render_template("error.html", status=status, text=text, code=code, request_id=request_id()), status
