"""Help for tests of sign-in: people with passwords, mails as they arrive, a passkey in software."""

import hashlib
import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from shop.kernel.db import unit_of_work
from shop.messages.models import Message
from shop.people.accounts import create_user
from shop.people.models import User
from tests.conftest import NOON

PASSWORD = "한옥마을 골목길 12"
EMAIL = "haneul@example.com"


def add_person(app, email=EMAIL, password=PASSWORD, **fields):
    with app.app_context(), unit_of_work() as session:
        return create_user(session, email=email, name="김하늘", password=password, now=NOON, **fields)


def person(app, email=EMAIL):
    with app.app_context(), unit_of_work() as session:
        user = session.scalar(select(User).where(User.email == email))
        if user is not None:
            list(user.roles), list(user.webauthn)
        return user


def mails(app, template=None):
    with app.app_context(), unit_of_work() as session:
        query = select(Message).order_by(Message.id)
        return [m for m in session.scalars(query) if template in (None, m.template)]


def enter(client, email=EMAIL, password=PASSWORD, **more):
    return client.post("/account/login", data={"email": email, "password": password, **more})


def is_in(client):
    return client.get("/account").status_code == 200


def totp_key(page):
    return re.search(r'id="totp-key">([^<]+)<', page.text).group(1).replace("-", "").replace(" ", "")


def attribute(page, name):
    import html

    return html.unescape(re.search(rf'{name}="([^"]*)"', page.text).group(1))


def action_of(page, marker):
    """The address of the form that holds a marker."""
    import html

    for form in re.findall(r"<form[^>]*>", page.text):
        if marker in form:
            return html.unescape(re.search(r'action="([^"]+)"', form).group(1))
    raise AssertionError(f"no form with {marker}")


def _b64(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class SoftKey:
    """An authenticator of ours: one P-256 key, no attestation, user verified."""

    def __init__(self, origin="http://localhost", rp_id="localhost"):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.origin, self.rp_id, self.count, self.handle = os.urandom(32), origin, rp_id, 0, b""

    def _client_data(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _authenticator_data(self, extra=b"", flags=0x05):
        self.count += 1
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big") + extra

    def create(self, options, flags=0x45):
        numbers = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        self.handle = _raw(options["user"]["id"])
        data = self._authenticator_data(bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose, flags)
        return json.dumps(
            {
                "id": _b64(self.id),
                "rawId": _b64(self.id),
                "type": "public-key",
                "extensions": "{}",
                "response": {
                    "attestationObject": _b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
                    "clientDataJSON": _b64(self._client_data("webauthn.create", options["challenge"])),
                    "transports": ["internal"],
                },
            }
        )

    def get(self, options, flags=0x05):
        client, data = self._client_data("webauthn.get", options["challenge"]), self._authenticator_data(flags=flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return json.dumps(
            {
                "id": _b64(self.id),
                "rawId": _b64(self.id),
                "type": "public-key",
                "response": {
                    "authenticatorData": _b64(data),
                    "clientDataJSON": _b64(client),
                    "signature": _b64(signature),
                    "userHandle": _b64(self.handle),
                },
            }
        )
