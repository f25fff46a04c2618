//! A service beside the server, as `docs/services.md` shows one, and what has the server sign.

use std::time::Instant;

use ajet_chatd::app::Server;
use ajet_chatd::sessions::Credential;
use ajet_chatd::usecases::{Failure, service_tokens};
use ajet_client::Client;
use ajet_protocol::CommunityId;
use ajet_tokens::{KeyCache, Refused, Service, Verified, Verifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::support::cluster::base;
use crate::support::requests::http;

/// A service that knows one server.
pub struct Beside {
    server: String,
    verifier: Verifier,
    keys: Mutex<KeyCache>,
}

impl Beside {
    pub fn of(server: &Server, service: Service) -> Self {
        let verifier = Verifier::new(server.public_url(), service);
        Self { server: base(server), verifier, keys: Mutex::default() }
    }

    pub async fn accept(&self, token: &str) -> Result<Verified, Refused> {
        // Held while it fetches: others wait for the same answer.
        let mut keys = self.keys.lock().await;
        if keys.wants(token, Instant::now()) {
            let asked = http().get(format!("{}/.well-known/jwks.json", self.server)).send().await;
            let answer = asked.expect("answers").bytes().await.expect("a body");
            keys.renew(&answer, Instant::now()).expect("keys");
        }
        self.verifier.verify(token, keys.keys(Instant::now()), ajet_chatd::clock::now())
    }
}

/// What a client shows to a server.
pub async fn credential(server: &Server, client: &Client) -> Credential {
    let app = server.app();
    let token = client.token().expect("a token");
    app.tokens.session(token, app.now(), true).await.expect("reads").expect("is signed in").into()
}

/// What a server signs for a client, in a community and for agents.
pub async fn minted(server: &Server, client: &Client, tenant: CommunityId) -> Result<String, Failure> {
    let credential = credential(server, client).await;
    service_tokens::mint(&server.app().context, &credential, tenant, Service::Agents).await
}

/// A part of a token: its header is the first one, its claims are the second one.
pub fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).expect("a part");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
}

/// The id of the key that a token was signed with.
pub fn key_of(token: &str) -> String {
    part(token, 0)["kid"].as_str().expect("an id").to_owned()
}
