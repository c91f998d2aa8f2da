"""Every failure as a clear sentence: a page for people, problem+json for programs."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, SecurityError

from app.audit.services import record_refusal
from app.core.errors import Busy, DomainError
from app.core.text import N_
from app.core.transactions import end_read, is_transient
from app.web.access import actor
from app.web.texts import say

log = logging.getLogger(__name__)

SENTENCES = {
    400: N_("这个请求不完整，请返回再试一次。"),
    401: N_("请先登录。"),
    403: N_("这页需要相应的权限，请联系系统管理员开通。"),
    404: N_("没有找到这一页。"),
    405: N_("这里不接受这种操作。"),
    413: N_("内容太大了，请分成小一些的再传。"),
    415: N_("不认识这种格式。"),
    422: N_("有几处要改，请看提示。"),
    429: N_("试得太快了，请稍等再试。"),
    500: N_("我们这边出了问题，您填的都在。请过一会儿再试。"),
    503: N_("现在人多，请稍等几秒再试，已填的都在。"),
}
CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many",
    503: "busy",
}


def register_errors(app: Flask) -> None:
    """Hang the handlers."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _unexpected)


def wants_json() -> bool:
    """Whether the caller is a program."""
    return request.path.startswith("/api/")


def note_refusal(error: DomainError) -> None:
    """Keep the refusal of an act in the trail; its own failure must not hide the answer."""
    if error.act is None or isinstance(error, Busy):
        return
    try:
        record_refusal(actor=actor(), action=error.act.removeprefix("app."), code=error.code)
    except (DomainError, DBAPIError):
        log.exception("a refusal could not be recorded")


def problem(status: int, code: str, detail: str, **extra: Any) -> Response:
    """An `application/problem+json` answer (RFC 9457) with a stable `code`."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": detail}
    return Response(json.dumps(body | extra, ensure_ascii=False), status, content_type="application/problem+json")


def _answer(status: int, code: str, sentence: str, **extra: Any) -> Response:
    if wants_json():
        return problem(status, code, sentence, **extra)
    page = render_template("web/error.html", status=status, sentence=sentence, code=code)
    return Response(page, status, content_type="text/html; charset=utf-8")


def _domain(error: DomainError) -> Response:
    end_read()
    note_refusal(error)
    extra = {"field": error.field} if error.field else {}
    response = _answer(error.status, error.code, say(error), **extra)
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _csrf(_error: CSRFError) -> Response:
    return _answer(400, "csrf", say(N_("离开太久了，请返回刷新页面再提交，已填的都留着。")))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    if isinstance(error, SecurityError):  # a host that is not ours: no page's links can be built for it
        return Response(say(SENTENCES[400]), status, content_type="text/plain; charset=utf-8")
    extra: dict[str, Any] = {}
    data = getattr(error, "data", None)  # flask-smorest: what was wrong, by field
    if isinstance(data, dict) and "messages" in data:
        extra["errors"] = data["messages"]
    response = _answer(status, CODES.get(status, "http"), say(SENTENCES.get(status, SENTENCES[400])), **extra)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _database(error: DBAPIError) -> Response:
    end_read()
    if is_transient(error):
        response = _answer(503, "busy", say(SENTENCES[503]))
        response.headers["Retry-After"] = "2"
        return response
    return _unexpected(error)


def _unexpected(error: Exception) -> Response:
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    log.error("unexpected failure", exc_info=error)
    return _answer(500, "internal", say(SENTENCES[500]))
