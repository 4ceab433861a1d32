"""A device with passkeys, in software: answers what a browser would hand to the page's script."""

import hashlib
import json
import secrets
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Device:
    """Keeps one key, for whoever set it up."""

    def __init__(self, origin="http://testserver.localhost"):
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = secrets.token_bytes(16)
        self.user_handle = None
        self.asks_for_pin = True

    def create(self, options):
        """Answer `navigator.credentials.create`."""
        asked = options["creation_options"]["publicKey"]
        self.user_handle = asked["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        length = struct.pack(">H", len(self.credential))
        attested = bytes(16) + length + self.credential + public
        data = self.authenticator_data(asked["rp"]["id"], self.seen | ATTESTED) + attested
        statement = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self.answer(
            {
                "clientDataJSON": self.client_data("webauthn.create", asked["challenge"]),
                "attestationObject": websafe_encode(statement),
            },
            {"credProps": {"rk": True}},
        )

    def get(self, options):
        """Answer `navigator.credentials.get`."""
        asked = options["request_options"]["publicKey"]
        data = self.authenticator_data(asked["rpId"], self.seen)
        client_data = self.client_data("webauthn.get", asked["challenge"])
        signed = data + hashlib.sha256(websafe_decode(client_data)).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self.answer(
            {
                "clientDataJSON": client_data,
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.user_handle,
            },
            {},
        )

    @property
    def seen(self):
        """Say that somebody was there, and who it was if the device asked for a PIN or a fingerprint."""
        return PRESENT | (VERIFIED if self.asks_for_pin else 0)

    def authenticator_data(self, site, flags):
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + struct.pack(">I", 1)

    def client_data(self, kind, challenge):
        said = {"type": kind, "challenge": challenge, "origin": self.origin}
        return websafe_encode(json.dumps(said).encode())

    def answer(self, response, extensions):
        number = websafe_encode(self.credential)
        return json.dumps(
            {
                "type": "public-key",
                "id": number,
                "rawId": number,
                "response": response,
                "clientExtensionResults": extensions,
            }
        )
