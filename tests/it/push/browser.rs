//! A browser that is pushed to, and its push service: what arrives is opened with the browser's own keys (RFC 8291), by code of the tests.

use ajet_client::{Client, Error};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use parking_lot::Mutex;
use reqwest::Method;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Heard, Target};

const AUTH: [u8; 16] = [9; 16];

/// The routes' path.
pub const PUSH: &str = "/api/me/push";

/// A browser with the address of its push service.
pub struct Browser {
    pub service: Target,
    pub public: Vec<u8>,
    /// It opens one message: the key is spent by that.
    private: Mutex<Option<EphemeralPrivateKey>>,
}

impl Browser {
    /// One whose push service answers with this status.
    pub async fn answering(status: u16) -> Self {
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).expect("a key");
        let public = private.compute_public_key().expect("a key").as_ref().to_vec();
        Self { service: Target::answering(status).await, public, private: Mutex::new(Some(private)) }
    }

    /// As the browser's own script sends it.
    pub fn subscription(&self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let keys = json!({ "p256dh": encode(&self.public), "auth": encode(&AUTH) });
        json!({ "endpoint": self.service.url, "keys": keys })
    }

    /// Has it pushed to.
    pub async fn subscribe(&self, client: &Client) -> Value {
        add(client, &self.subscription()).await.expect("subscribes")
    }

    /// The same, with names and texts.
    pub async fn subscribe_with_text(&self, client: &Client) -> Value {
        let mut asked = self.subscription();
        asked["with_text"] = json!(true);
        add(client, &asked).await.expect("subscribes")
    }

    /// What a message says.
    pub fn open(&self, heard: &Heard) -> Value {
        let (salt, rest) = heard.body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert_eq!((size, rest[0]), (&4096_u32.to_be_bytes()[..], 65));
        let (sender, record) = rest[1..].split_at(65);
        let private = self.private.lock().take().expect("it opens one message");
        let peer = UnparsedPublicKey::new(&ECDH_P256, sender);
        let shared = agree_ephemeral(private, &peer, <[u8]>::to_vec).expect("a point of the curve");
        let info = [&b"WebPush: info\0"[..], &self.public, sender].concat();
        let ikm: [u8; 32] = derived(&AUTH, &shared, &info);
        let key: [u8; 16] = derived(salt, &ikm, b"Content-Encoding: aes128gcm\0");
        let nonce: [u8; 12] = derived(salt, &ikm, b"Content-Encoding: nonce\0");
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).expect("a key"));
        let mut record = record.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let padded = key.open_in_place(nonce, Aad::empty(), &mut record).expect("is for this browser");
        let end = padded.iter().rposition(|byte| *byte != 0).expect("an end");
        assert_eq!(padded[end], 2, "the last record");
        serde_json::from_slice(&padded[..end]).expect("JSON")
    }
}

fn derived<const BYTES: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; BYTES] {
    let mut out = [0; BYTES];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut out).expect("is short");
    out
}

/// Names a browser.
pub async fn add(client: &Client, asked: &Value) -> Result<Value, Error> {
    client.send(Method::POST, PUSH, Some(asked), false).await
}

/// The browsers of somebody, and the server's key.
pub async fn list(client: &Client) -> Value {
    client.get(PUSH).await.expect("lists")
}

/// How many browsers somebody has.
pub async fn count(client: &Client) -> usize {
    list(client).await["items"].as_array().expect("a list").len()
}
