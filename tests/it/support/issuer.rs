//! A provider of OpenID Connect: it describes itself, lets the person in who sits before it, and signs who that is with a key of this test. It is as strict
//! as a real one, and can be made to lie.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use parking_lot::Mutex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::keys::{Key, Kind};
use super::stand_in::{Asked, Said, answers, listening};

/// What a server shows an issuer.
pub const CLIENT: &str = "ajet-chat";
pub const SECRET: &str = "canary-of-an-oidc-secret/+%";

/// How an ID token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signed {
    #[default]
    Well,
    /// By a key that the issuer does not publish, under the name of one that it does.
    ByAnother,
    Not,
    /// With the public key, as if that were a shared secret.
    WithThePublicKey,
    /// With the client's secret.
    WithTheSecret,
}

/// What an issuer says otherwise than it should.
#[derive(Debug, Clone, Default)]
pub struct Lies {
    /// Put into the ID token; null takes a claim out.
    pub claims: Vec<(&'static str, Value)>,
    /// Put into its header.
    pub header: Vec<(&'static str, Value)>,
    pub signed: Signed,
    /// Put into what it says of itself.
    pub metadata: Vec<(&'static str, Value)>,
    /// The path that it answers without end.
    pub endless: Option<&'static str>,
    /// Where it sends those who ask for tokens.
    pub token_redirect: Option<String>,
    /// What it calls itself in its answers, where they name it.
    pub answers_as: Option<String>,
    /// Whose data it shows beside the token.
    pub userinfo_sub: Option<&'static str>,
}

struct Grant {
    challenge: String,
    nonce: String,
    redirect_uri: String,
    person: Value,
}

struct State {
    key: Key,
    kid: String,
    /// Who sits before it.
    person: Value,
    codes: HashMap<String, Grant>,
    /// Whose data a token shows.
    tokens: HashMap<String, Value>,
    /// All tokens that it gave: of access, and those that tell who somebody is.
    given: Vec<String>,
    lies: Lies,
    asked: Vec<Asked>,
}

/// An issuer. It lives as long as the test's runtime.
#[derive(Clone)]
pub struct Issuer {
    pub url: String,
    state: Arc<Mutex<State>>,
}

pub(super) fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs()
}

impl Issuer {
    /// One before which no one sits yet.
    pub async fn new() -> Self {
        Self::signing(Kind::EdDsa).await
    }

    /// One that signs so.
    pub async fn signing(kind: Kind) -> Self {
        let (listener, url) = listening().await;
        let state = State {
            key: Key::first(kind),
            kid: random(),
            person: json!({ "sub": "no-one" }),
            codes: HashMap::new(),
            tokens: HashMap::new(),
            given: Vec::new(),
            lies: Lies::default(),
            asked: Vec::new(),
        };
        let issuer = Self { url, state: Arc::new(Mutex::new(state)) };
        let answering = issuer.clone();
        answers(listener, move |asked| answering.answer(asked));
        issuer
    }

    /// Somebody sits down before it: what it says of them, `sub` among it.
    pub fn seats(&self, person: Value) {
        self.state.lock().person = person;
    }

    /// It lies from now on.
    pub fn lies(&self, lies: Lies) {
        self.state.lock().lies = lies;
    }

    /// It signs with another key from now on, and publishes that one alone.
    pub fn rotates(&self) {
        let mut state = self.state.lock();
        (state.key, state.kid) = (Key::other(state.key.kind()), random());
    }

    /// All tokens that it gave, of access and of identity.
    pub fn given(&self) -> Vec<String> {
        self.state.lock().given.clone()
    }

    /// How often this path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.state.lock().asked.iter().filter(|asked| asked.path == path).count()
    }

    /// What it tells when a session of its is over.
    pub fn logout_token(&self, claims: &[(&str, Value)]) -> String {
        let state = self.state.lock();
        let mut told = json!({
            "iss": self.url, "aud": CLIENT, "iat": now(), "exp": now() + 120, "jti": random(),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        put(&mut told, claims);
        let header = json!({ "alg": state.key.kind().name(), "kid": state.kid, "typ": "logout+jwt" });
        signed(&state.key, &header, &told)
    }

    fn answer(&self, asked: &Asked) -> Said {
        let mut state = self.state.lock();
        state.asked.push(asked.clone());
        if state.lies.endless == Some(asked.path.as_str()) {
            return Said::endless();
        }
        match asked.path.as_str() {
            "/.well-known/openid-configuration" => self.metadata(&state),
            "/jwks" => {
                let key = state.key.published(&state.kid);
                Said::json(&json!({ "keys": [{ "kty": "unheard of" }, key] }))
            }
            "/authorize" => self.authorize(&mut state, asked),
            "/token" if asked.method == "POST" => self.token(&mut state, asked),
            "/userinfo" => userinfo(&state, asked),
            _ => Said::status(404, &json!({})),
        }
    }

    fn metadata(&self, state: &State) -> Said {
        let at = |path: &str| format!("{}{path}", self.url);
        let mut told = json!({
            "issuer": self.url, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
            "jwks_uri": at("/jwks"), "userinfo_endpoint": at("/userinfo"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": [state.key.kind().name()],
            "authorization_response_iss_parameter_supported": true,
        });
        put(&mut told, &state.lies.metadata);
        Said::json(&told)
    }

    /// The page on which the person who sits there says yes.
    fn authorize(&self, state: &mut State, asked: &Asked) -> Said {
        let is_good = asked.asks("response_type") == "code"
            && asked.asks("client_id") == CLIENT
            && asked.asks("scope").split(' ').any(|scope| scope == "openid")
            && asked.asks("code_challenge_method") == "S256"
            && asked.asks("code_challenge").len() == 43
            && !asked.asks("state").is_empty();
        if !is_good {
            return Said::status(400, &json!({ "error": "invalid_request" }));
        }
        let code = random();
        let grant = Grant {
            challenge: asked.asks("code_challenge").to_owned(),
            nonce: asked.asks("nonce").to_owned(),
            redirect_uri: asked.asks("redirect_uri").to_owned(),
            person: state.person.clone(),
        };
        state.codes.insert(code.clone(), grant);
        let issuer = state.lies.answers_as.as_deref().unwrap_or(&self.url);
        let mut url = url::Url::parse(asked.asks("redirect_uri")).expect("an address");
        url.query_pairs_mut()
            .append_pair("code", &code)
            .append_pair("state", asked.asks("state"))
            .append_pair("iss", issuer);
        Said::to(url)
    }

    fn token(&self, state: &mut State, asked: &Asked) -> Said {
        if let Some(elsewhere) = &state.lies.token_redirect {
            return Said::to(elsewhere.clone());
        }
        if !shows_the_secret(asked) {
            return Said::status(401, &json!({ "error": "invalid_client" }));
        }
        let refused = Said::status(400, &json!({ "error": "invalid_grant" }));
        let Some(grant) = state.codes.remove(asked.says("code")) else { return refused };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(asked.says("code_verifier").as_bytes()));
        if challenge != grant.challenge || asked.says("redirect_uri") != grant.redirect_uri {
            return refused;
        }
        let access = random();
        let id_token = self.id_token(state, &grant);
        state.tokens.insert(access.clone(), grant.person);
        state.given.extend([access.clone(), id_token.clone()]);
        Said::json(
            &json!({ "access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": id_token }),
        )
    }

    fn id_token(&self, state: &State, grant: &Grant) -> String {
        let mut claims = json!({
            "iss": self.url, "aud": CLIENT, "iat": now(), "exp": now() + 300, "nonce": grant.nonce,
            "sub": grant.person["sub"], "sid": grant.person["sid"],
        });
        if grant.person["sid"].is_null() {
            put(&mut claims, &[("sid", Value::Null)]);
        }
        let kind = state.key.kind();
        let mut header = json!({ "kid": state.kid, "typ": "JWT" });
        let algorithm = match state.lies.signed {
            Signed::Well | Signed::ByAnother => kind.name(),
            Signed::Not => "none",
            Signed::WithThePublicKey | Signed::WithTheSecret => "HS256",
        };
        header["alg"] = json!(algorithm);
        put(&mut header, &state.lies.header);
        put(&mut claims, &state.lies.claims);
        match state.lies.signed {
            Signed::Well => signed(&state.key, &header, &claims),
            Signed::ByAnother => signed(&Key::other(kind), &header, &claims),
            Signed::Not => format!("{}.", message(&header, &claims)),
            Signed::WithThePublicKey => shared(state.key.public(), &header, &claims),
            Signed::WithTheSecret => shared(SECRET.as_bytes(), &header, &claims),
        }
    }
}

fn userinfo(state: &State, asked: &Asked) -> Said {
    let Some(person) = state.tokens.get(asked.bearer()) else { return Said::status(401, &json!({})) };
    let mut told = person.clone();
    if let Some(other) = state.lies.userinfo_sub {
        told["sub"] = json!(other);
    }
    Said::json(&told)
}

/// By HTTP's basic authentication: RFC 6749, section 2.3.1.
fn shows_the_secret(asked: &Asked) -> bool {
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(CLIENT), encoded(SECRET));
    asked.header("authorization") == format!("Basic {}", STANDARD.encode(pair))
}

fn put(value: &mut Value, fields: &[(&str, Value)]) {
    for (name, field) in fields {
        match field {
            Value::Null => drop(value.as_object_mut().expect("an object").remove(*name)),
            field => value[*name] = field.clone(),
        }
    }
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn signed(key: &Key, header: &Value, claims: &Value) -> String {
    let message = message(header, claims);
    let signature = key.sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn shared(secret: &[u8], header: &Value, claims: &Value) -> String {
    let message = message(header, claims);
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
    mac.update(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}
