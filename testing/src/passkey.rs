//! A device that keeps a passkey, with its browser (WebAuthn Level 3; attestation "none", algorithm ES256).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

/// The origin of the public address that the settings have by default.
const HERE: &str = "http://localhost:3000";

/// Flags of authenticator data: the user is present, the user was verified, a new key follows.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const NEW_KEY: u8 = 0x40;

/// A passkey on a device, and the page in whose name its browser answers.
pub struct PasskeyDevice {
    /// The origin of the page.
    pub origin: String,
    /// Whether the device checks who uses it.
    pub verifies: bool,
    /// How often the passkey was used. A copy of it falls behind.
    pub counter: u32,
    key: EcdsaKeyPair,
    id: [u8; 16],
    /// The id of the user, as the question has it.
    user: String,
}

impl PasskeyDevice {
    /// Makes a passkey for the question of these options; returns what the browser answers.
    #[must_use]
    pub fn new(options: &str) -> (Self, String) {
        Self::on_page(options, HERE, true)
    }

    /// The same on a page of another origin, or on a device that does not check who uses it.
    ///
    /// # Panics
    /// When the options are not those of a new passkey.
    #[must_use]
    pub fn on_page(options: &str, origin: &str, verifies: bool) -> (Self, String) {
        let asked = public_key(options);
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("there is randomness");
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).expect("the key is whole");
        let mut id = [0; 16];
        random.fill(&mut id).expect("there is randomness");
        assert_eq!(asked["authenticatorSelection"]["residentKey"], "required", "the passkey is discoverable");
        let user = text(&asked["user"]["id"]);
        let device = Self { origin: origin.to_owned(), verifies, counter: 0, key, id, user };
        let mut data = device.data(&text(&asked["rp"]["id"]), NEW_KEY);
        data.extend([0; 16]);
        data.extend(16_u16.to_be_bytes());
        data.extend(device.id);
        data.extend(device.cose_key());
        // {"fmt": "none", "attStmt": {}, "authData": data} in CBOR (RFC 8949).
        let length = u8::try_from(data.len()).expect("the data are short");
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(length);
        object.extend(data);
        let answer = json!({
            "id": encoded(&device.id), "rawId": encoded(&device.id), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "attestationObject": encoded(&object),
                "clientDataJSON": encoded(device.client_data("webauthn.create", &asked).as_bytes()),
                "transports": ["internal"],
            },
        });
        (device, answer.to_string())
    }

    /// Answers the question of these options, and counts that.
    ///
    /// # Panics
    /// When the options are not those of a question.
    #[must_use]
    pub fn answer(&mut self, options: &str) -> String {
        let asked = public_key(options);
        self.counter += 1;
        let data = self.data(&text(&asked["rpId"]), 0);
        let client_data = self.client_data("webauthn.get", &asked);
        let signed = [data.as_slice(), digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("the key signs");
        let answer = json!({
            "id": encoded(&self.id), "rawId": encoded(&self.id), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "authenticatorData": encoded(&data),
                "clientDataJSON": encoded(client_data.as_bytes()),
                "signature": encoded(signature.as_ref()),
                "userHandle": self.user,
            },
        });
        answer.to_string()
    }

    /// Authenticator data (section 6.1), without a new key.
    fn data(&self, site: &str, flags: u8) -> Vec<u8> {
        let flags = flags | PRESENT | if self.verifies { VERIFIED } else { 0 };
        let site = digest(&SHA256, site.as_bytes());
        [site.as_ref(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// The public key: {1: 2, 3: -7, -1: 1, -2: x, -3: y} in CBOR (RFC 9053, section 7.1.1).
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".as_slice(), &point[1..33], b"\x22\x58\x20", &point[33..65]].concat()
    }

    fn client_data(&self, kind: &str, asked: &Value) -> String {
        json!({ "type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": false }).to_string()
    }
}

fn public_key(options: &str) -> Value {
    let mut options: Value = serde_json::from_str(options).expect("the options are JSON");
    options["publicKey"].take()
}

fn text(value: &Value) -> String {
    value.as_str().expect("it is a text").to_owned()
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
