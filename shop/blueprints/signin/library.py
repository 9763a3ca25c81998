"""Flask-Security's replaceable parts in our version: mail to the outbox, password rules, codes that pass once, passkeys."""

import secrets
import unicodedata
from typing import Any

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_security import MailUtil, MfRecoveryCodesUtil, PasswordUtil, Totp, WebauthnUtil, hash_password
from passlib.totp import TOTP, AppWallet, TotpMatch, UsedTokenError
from sqlalchemy import or_, update
from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement, UserVerificationRequirement

from shop.kernel import clock
from shop.kernel.db import db
from shop.kernel.errors import Conflict
from shop.kernel.korean import password_form
from shop.kernel.locks import lock_row
from shop.messages.outbox import enqueue
from shop.people.models import User
from shop.people.passwords import MAX_LENGTH, PasswordRefused, check_password

MAILS = {
    "welcome": "account_welcome",
    "welcome_existing": "account_exists",
    "confirmation_instructions": "account_confirm",
    "reset_instructions": "password_reset",
    "reset_notice": "password_changed",
    "change_notice": "password_changed",
    "two_factor_rescue": "second_factor_lost",
}


class OutboxMail(MailUtil):
    """Puts the library's mails into our outbox, in the transaction of their cause."""

    def send_mail(self, template: str, subject: str, recipient: Any, sender: Any, body: Any, html: Any, **context: Any) -> None:
        """Enqueue the message that stands for the library's template."""
        name = template.rpartition("/")[2]
        user = context["user"]
        link = context.get("reset_link") if name == "reset_instructions" else context.get("confirmation_link")
        if name == "reset_instructions":
            hash_password(secrets.token_hex(8))  # an unknown address costs the library one hash: a known one must cost the same
        enqueue(
            db.session(), template=MAILS[name], to=str(recipient), dedupe=f"{name}:{secrets.token_hex(16)}",
            locale=str(get_locale()) if name == "welcome" else user.locale,
            context={"name": user.name or "", "email": user.email, "link": _path(link or "")}, now=clock.now(),
        )


def _path(link: str) -> str:
    """A link without its host: the message puts the shop's own address before it, never the Host a request came with."""
    return "/" + link.partition("://")[2].partition("/")[2] if link else ""


class PasswordRules(PasswordUtil):
    """The rules of `people.passwords`, said in the reader's language."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """Messages about a new password (None when it is good) and its stored form."""
        user = kwargs.get("user")
        email = kwargs.get("email") or (user.email if user is not None else "")
        try:
            check_password(password, email=str(email or ""))
        except PasswordRefused as refusal:
            return [password_sentence(refusal)], self.normalize(password[: 4 * MAX_LENGTH])
        return None, self.normalize(password)

    def normalize(self, password: str) -> str:
        return password_form(password)


def password_sentence(refusal: PasswordRefused) -> str:
    """Why a password was refused."""
    return {
        "short": _("비밀번호는 8자 이상이어야 합니다."),
        "long": _("비밀번호가 너무 깁니다. 200자까지 쓸 수 있습니다."),
        "common": _("너무 흔한 비밀번호입니다. 다른 사람이 쉽게 떠올리지 못할 것으로 정해 주세요."),
        "email": _("이메일 주소와 같은 비밀번호는 쓸 수 없습니다."),
    }[refusal.data["why"]]


class OneTimeCodes(Totp):
    """One-time codes that pass once, even for two requests at the same instant; secrets are sealed under the key ring."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        wallet = AppWallet(secrets=secrets, default_tag=next(iter(secrets)))
        self._totp = TOTP.using(issuer=issuer, wallet=wallet)

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """Verify a code of six digits; spaces and full-width digits are read as meant."""
        digits = "".join(unicodedata.normalize("NFKC", token).split())
        return super().verify_totp(digits, totp_secret, user, window)

    def get_last_counter(self, user: Any) -> int | None:
        return user.tf_last_counter

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        unused = or_(User.tf_last_counter.is_(None), User.tf_last_counter < tmatch.counter)
        changed = db.session.execute(update(User).where(User.id == user.id, unused).values(tf_last_counter=tmatch.counter))
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            raise UsedTokenError


class RecoveryCodeUsed(Conflict):
    """Another sign-in used this recovery code a moment ago."""


class RecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes that pass once, also for two requests at the same instant."""

    def check_recovery_code(self, user: Any, code: str) -> bool:
        return super().check_recovery_code(user, _tidy(code))

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        locked = lock_row(db.session(), User, user.id)
        if locked is None or not super().check_recovery_code(locked, _tidy(code)):
            raise RecoveryCodeUsed()
        return super().delete_recovery_code(locked, _tidy(code))


def _tidy(code: str) -> str:
    return unicodedata.normalize("NFKC", code).strip().lower()


class Passkeys(WebauthnUtil):
    """Passkeys of any kind of device; signing in by one alone asks for the device's own lock (face, finger, number)."""

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        alone = usage == "first"
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED if alone else ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.DISCOURAGED,
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        alone = "secondary" not in usage
        return UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.DISCOURAGED

    def origin(self) -> str:
        """The origin a passkey was made for: the shop's own address, or in the demo the one that was opened."""
        if current_app.config["APP_ENV"] == "production":
            return current_app.config["PUBLIC_URL"].rstrip("/")
        return super().origin()
