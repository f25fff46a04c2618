//! A browser, as far as a sign-in at a provider needs one: it keeps our cookies, sends them to us alone, and goes where it is sent, step by step.

use std::collections::HashMap;

use reqwest::header::{COOKIE, REFERER, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response};

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
        let is_ours = address.starts_with(&self.base);
        self.sends(self.http.get(&address), site, is_ours).await
    }

    /// Sends a form of a page of ours.
    pub async fn submits(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.http.post(format!("{}{path}", self.base)).form(fields);
        self.sends(request, "same-origin", true).await
    }

    async fn sends(&mut self, request: RequestBuilder, site: &str, is_ours: bool) -> Response {
        let mut request = request.header("accept", "text/html,*/*;q=0.8");
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

    /// Begins a sign-in by a button of the sign-in page: the provider's address.
    pub async fn begin(&mut self, provider: &str, query: &str) -> String {
        let button = self.http.get(format!("{}/auth/{provider}/start{query}", self.base));
        let page = format!("{}/sign-in", self.base);
        let answer = self.sends(button.header(REFERER, page), "same-origin", true).await;
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

    /// Begins to link an account by a button of the page of accounts: the provider's address.
    pub async fn begins_to_link(&mut self, provider: &str) -> String {
        let answer = self.submits(&format!("/accounts/link/{provider}"), &[]).await;
        let page = answer.text().await.expect("text");
        part(&page, "content=\"0;url=", "\"")
    }

    /// Says yes on the page that asks whether an account is to be linked.
    pub async fn confirms(&mut self, page: &str) -> Response {
        let secret = part(page, r#"name="secret" value=""#, "\"");
        self.submits("/accounts/link", &[("secret", &secret)]).await
    }

    /// Links an account; the status of the last answer.
    pub async fn links(&mut self, provider: &str) -> u16 {
        let address = self.begins_to_link(provider).await;
        let back = self.at_provider(&address).await;
        let asked = self.get(&back, "cross-site").await.text().await.expect("text");
        self.confirms(&asked).await.status().as_u16()
    }
}

/// What stands in a page between two texts.
fn part(page: &str, before: &str, behind: &str) -> String {
    let rest = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}")).1;
    rest.split_once(behind).expect("its end").0.replace("&amp;", "&")
}
