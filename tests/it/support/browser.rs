//! A browser, as far as a sign-in at a provider needs one: it keeps our cookies, sends them to us alone, and goes where it is sent, step by step.

use std::collections::HashMap;

use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, Response};

use super::requests::http;

/// A browser with our cookies.
#[derive(Clone)]
pub struct Browser {
    http: Client,
    base: String,
    pub cookies: HashMap<String, String>,
}

impl Browser {
    /// One that was never here.
    pub fn new(base: &str) -> Self {
        Self { http: http(), base: base.to_owned(), cookies: HashMap::new() }
    }

    /// The token of its session.
    pub fn token(&self) -> Option<&str> {
        self.cookies.get("ajet_session").map(String::as_str)
    }

    /// Follows a link on a page of ours, or what a provider sends it to; no redirect.
    pub async fn get(&mut self, address: &str, site: &str) -> Response {
        let address =
            if address.starts_with('/') { format!("{}{address}", self.base) } else { address.to_owned() };
        let mut request = self.http.get(&address).header("accept", "text/html,*/*;q=0.8");
        let is_ours = address.starts_with(&self.base);
        if is_ours {
            // A cookie that is `Strict` stays here where another site sends the browser.
            let sent =
                self.cookies.iter().filter(|(name, _)| site != "cross-site" || *name != "ajet_session");
            let sent: Vec<_> = sent.map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, sent.join("; ")).header("sec-fetch-site", site);
        }
        let answer = request.send().await.expect("answers");
        for cookie in answer.headers().get_all(SET_COOKIE).iter().filter(|_| is_ours) {
            let cookie = cookie.to_str().expect("text");
            let (pair, rules) = cookie.split_once(';').expect("rules");
            let (name, value) = pair.split_once('=').expect("a pair");
            if rules.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Begins a sign-in: the provider's address.
    pub async fn begin(&mut self, provider: &str, query: &str) -> String {
        let answer = self.get(&format!("/auth/{provider}/start{query}"), "same-origin").await;
        assert_eq!(answer.status().as_u16(), 302, "{}", answer.text().await.unwrap_or_default());
        answer.headers()["location"].to_str().expect("text").to_owned()
    }

    /// Goes to the provider, where the person who sits there says yes: the address that it sends the browser back to.
    pub async fn at_provider(&self, address: &str) -> String {
        let answer = self.http.get(address).send().await.expect("answers");
        assert_eq!(answer.status().as_u16(), 302, "{}", answer.text().await.unwrap_or_default());
        answer.headers()["location"].to_str().expect("text").to_owned()
    }

    /// The whole way: what the callback answers.
    pub async fn signs_in(&mut self, provider: &str, query: &str) -> Response {
        let address = self.begin(provider, query).await;
        let back = self.at_provider(&address).await;
        self.get(&back, "cross-site").await
    }
}
