//! GitHub (as an Enterprise Server) and Gitea, as far as a sign-in meets them: the page that asks, the endpoint of tokens, and the parts of the API that
//! say who somebody is and where they belong. Each refuses what the real one refuses.

use std::collections::HashMap;
use std::sync::Arc;

use ajet_protocol::ProviderType;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::issuer::random;
use super::stand_in::{Asked, Said, answers, listening};

/// What a server shows a forge.
pub const CLIENT: &str = "forge-client";
pub const SECRET: &str = "canary-of-a-forge-secret";

/// Somebody with an account there.
#[derive(Debug, Clone)]
pub struct Account {
    pub id: u64,
    pub login: &'static str,
    pub name: &'static str,
    /// `crew` or `crew/core`; with a `?` at its end they were invited and did not come yet.
    pub belongs: &'static [&'static str],
}

struct Grant {
    challenge: String,
    redirect_uri: String,
    account: Account,
}

#[derive(Default)]
struct State {
    seated: Option<Account>,
    codes: HashMap<String, Grant>,
    tokens: HashMap<String, Account>,
}

/// A forge. It lives as long as the test's runtime.
#[derive(Clone)]
pub struct Forge {
    pub url: String,
    kind: ProviderType,
    state: Arc<Mutex<State>>,
}

impl Forge {
    pub async fn new(kind: ProviderType) -> Self {
        let (listener, url) = listening().await;
        let forge = Self { url, kind, state: Arc::default() };
        let answering = forge.clone();
        answers(listener, move |asked| answering.answer(asked));
        forge
    }

    /// Somebody sits down before it.
    pub fn seats(&self, account: Account) {
        self.state.lock().seated = Some(account);
    }

    fn answer(&self, asked: &Asked) -> Said {
        let mut state = self.state.lock();
        match asked.path.as_str() {
            "/login/oauth/authorize" => authorize(&mut state, asked),
            "/login/oauth/access_token" if asked.method == "POST" => self.token(&mut state, asked),
            path => self.api(&state, path, asked),
        }
    }

    fn token(&self, state: &mut State, asked: &Asked) -> Said {
        let refused = match self.kind {
            // GitHub answers 200 with an error.
            ProviderType::Github => Said::json(&json!({ "error": "bad_verification_code" })),
            _ => Said::status(400, &json!({ "error": "unauthorized_client" })),
        };
        let is_client = asked.says("client_id") == CLIENT && asked.says("client_secret") == SECRET;
        if !is_client || !asked.header("accept").contains("application/json") {
            return refused;
        }
        let Some(grant) = state.codes.remove(asked.says("code")) else { return refused };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(asked.says("code_verifier").as_bytes()));
        let is_same = challenge == grant.challenge && asked.says("redirect_uri") == grant.redirect_uri;
        if !is_same || asked.says("grant_type") != "authorization_code" {
            return refused;
        }
        let token = random();
        state.tokens.insert(token.clone(), grant.account);
        Said::json(&json!({ "access_token": token, "token_type": "bearer", "scope": "read:user" }))
    }

    fn api(&self, state: &State, path: &str, asked: &Asked) -> Said {
        let Some(account) = state.tokens.get(asked.bearer()) else { return Said::status(401, &json!({})) };
        // GitHub answers no request that does not say who asks.
        if asked.header("user-agent").is_empty() {
            return Said::status(403, &json!({}));
        }
        let (base, github) = match self.kind {
            ProviderType::Github => ("/api/v3", true),
            _ => ("/api/v1", false),
        };
        let Some(path) = path.strip_prefix(base) else { return Said::status(404, &json!({})) };
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (github, parts.as_slice()) {
            (true, ["user"]) => {
                Said::json(&json!({ "id": account.id, "login": account.login, "name": account.name }))
            }
            (false, ["user"]) => {
                Said::json(&json!({ "id": account.id, "login": account.login, "full_name": account.name }))
            }
            (true, ["user", "memberships", "orgs", organization]) => membership(account, organization),
            (true, ["orgs", organization, "teams", team, "memberships", login])
                if *login == account.login =>
            {
                membership(account, &format!("{organization}/{team}"))
            }
            (false, ["orgs", organization, "members", login]) if *login == account.login => {
                if account.belongs.iter().any(|one| one.split('/').next() == Some(*organization)) {
                    Said::status(204, &Value::Null)
                } else {
                    Said::to(format!("{}/api/v1/orgs/{organization}/public_members/{login}", self.url))
                }
            }
            (false, ["user", "teams"]) => {
                let teams = account.belongs.iter().filter_map(|one| one.split_once('/'));
                let shown =
                    teams.map(|(home, name)| json!({ "name": name, "organization": { "username": home } }));
                Said::json(&Value::Array(shown.collect()))
            }
            _ => Said::status(404, &json!({})),
        }
    }
}

fn membership(account: &Account, wanted: &str) -> Said {
    let found = account.belongs.iter().find(|one| one.trim_end_matches('?') == wanted);
    match found {
        Some(one) if one.ends_with('?') => Said::json(&json!({ "state": "pending" })),
        Some(_) => Said::json(&json!({ "state": "active" })),
        None => Said::status(404, &json!({})),
    }
}

fn authorize(state: &mut State, asked: &Asked) -> Said {
    let Some(account) = state.seated.clone() else { return Said::status(403, &json!({})) };
    let is_good = asked.asks("client_id") == CLIENT
        && asked.asks("code_challenge_method") == "S256"
        && asked.asks("code_challenge").len() == 43;
    if !is_good {
        return Said::status(400, &json!({}));
    }
    let code = random();
    let grant = Grant {
        challenge: asked.asks("code_challenge").to_owned(),
        redirect_uri: asked.asks("redirect_uri").to_owned(),
        account,
    };
    state.codes.insert(code.clone(), grant);
    let mut url = url::Url::parse(asked.asks("redirect_uri")).expect("an address");
    url.query_pairs_mut().append_pair("code", &code).append_pair("state", asked.asks("state"));
    Said::to(url)
}
