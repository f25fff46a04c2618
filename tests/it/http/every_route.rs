//! What holds for every route: those of the OpenAPI document, and those of the pages, which are read from the code.

use std::fs;
use std::path::Path;

use ajet_protocol::TokenScope;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

use crate::docs::operations;
use crate::support::bots::signed_in;
use crate::support::pictures::{png, uploaded, with_files};
use crate::support::requests::{ELSEWHERE, answer, http};
use crate::support::{NONE, World};

const METHODS: [(&str, Method); 5] = [
    ("get(", Method::GET),
    ("post(", Method::POST),
    ("put(", Method::PUT),
    ("patch(", Method::PATCH),
    ("delete(", Method::DELETE),
];

struct Route {
    method: Method,
    path: String,
    /// The cookie that signs in here; `None` where none does.
    cookie: Option<&'static str>,
}

impl Route {
    fn request(&self, world: &World) -> RequestBuilder {
        let named = |part: &str| if part.starts_with('{') { NONE.to_owned() } else { part.to_owned() };
        let path: Vec<String> = self.path.split('/').map(named).collect();
        http().request(self.method.clone(), format!("{}{}", world.base(), path.join("/")))
    }

    fn label(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

async fn routes(world: &World) -> Vec<Route> {
    let document: Value = world.nobody.get("/api/openapi.json").await.expect("is described");
    let described = operations(&document).into_iter().map(|(path, method, operation)| {
        let ways = operation["security"].to_string();
        let cookie = match ways.as_str() {
            ways if ways.contains("cookie") => Some("ajet_session"),
            ways if ways.contains("ops") => Some("ajet_ops"),
            // Whom a browser signs in must be its user's choice.
            _ if path == "/auth/dev" => Some("ajet_session"),
            _ => None,
        };
        Route { method: method.to_uppercase().parse().expect("a method"), path: path.to_owned(), cookie }
    });
    let all: Vec<Route> = described.chain(pages()).collect();
    assert!(all.len() > 150, "{} routes", all.len());
    all
}

/// Where the code lists the routes of pages and fragments.
const LISTS: [&str; 4] = ["mod.rs", "settings/routes.rs", "admin/routes.rs", "system/routes.rs"];

/// The routes of pages and fragments, as the code lists them.
fn pages() -> Vec<Route> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/web");
    let code = LISTS.map(|list| fs::read_to_string(folder.join(list)).expect("readable")).concat();
    let mut all = Vec::new();
    for line in code.split(".route(\"").skip(1) {
        let (path, rest) = line.split_once('"').expect("a path");
        let handlers = rest.lines().next().expect("its methods");
        let before = all.len();
        for (word, method) in &METHODS {
            if handlers.contains(word) {
                let cookie = match path {
                    // Nothing is done there for a person.
                    "/csp-reports" => None,
                    path if path.starts_with("/ops") => Some("ajet_ops"),
                    _ => Some("ajet_session"),
                };
                all.push(Route { method: method.clone(), path: path.to_owned(), cookie });
            }
        }
        assert!(all.len() > before, "{path} has its methods in its line");
    }
    all
}

#[tokio::test]
async fn every_change_that_comes_by_cookie_must_come_from_our_own_pages() {
    let world = World::new().await;
    let token = world.bob.token().expect("a token");
    let mut wrong = Vec::new();
    for route in routes(&world).await.iter().filter(|route| !route.method.is_safe()) {
        let Some(cookie) = route.cookie else { continue };
        for source in ELSEWHERE {
            // A sign-in by a client that is no browser ends no session of a cookie.
            if route.path == "/auth/dev" && source.is_empty() {
                continue;
            }
            let mut request = route.request(&world).header("cookie", format!("{cookie}={token}"));
            for (name, value) in source {
                request = request.header(*name, *value);
            }
            let answered = answer(request).await;
            let status = answered.status().as_u16();
            let text = answered.text().await.expect("text");
            if status != 403 || !text.contains("our own pages") {
                wrong.push(format!("{} from {source:?}: {status} {text}", route.label()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.bob.me().await.expect("nothing was done: the session goes on");
    world.end().await;
}

/// What is wrong with an answer's headers.
fn misses(answered: &Response) -> Vec<String> {
    let header =
        |name: &str| answered.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let policy = header("content-security-policy");
    let has = |part: &str| policy.split("; ").any(|one| one == part);
    let mut missed = Vec::new();
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types fragments",
        "report-uri /csp-reports",
    ] {
        if !has(part) {
            missed.push(format!("{part} in {policy:?}"));
        }
    }
    if policy.contains("unsafe") {
        missed.push(policy.to_owned());
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        if header(name) != value {
            missed.push(format!("{name}: {:?}", header(name)));
        }
    }
    if !header("permissions-policy").contains("camera=()") || header("x-trace-id").is_empty() {
        missed.push("permissions-policy or x-trace-id".into());
    }
    missed
}

/// Script in a page that is no file of ours, which the policy would stop.
fn inline_scripts(page: &str) -> Vec<&str> {
    let tags = page.split("<script").skip(1).filter(|tag| !tag.starts_with(" src=\"/assets/"));
    let handlers = ["onclick=", "onload=", "onerror=", "onsubmit=", "javascript:"];
    tags.chain(handlers.into_iter().filter(|handler| page.contains(handler))).collect()
}

/// Whether it is about the keys of service tokens, which are the same for everybody and may be kept for a minute.
fn may_be_kept(route: &Route, missed: &str) -> bool {
    route.path == "/.well-known/jwks.json" && missed == r#"cache-control: "public, max-age=60""#
}

#[tokio::test]
async fn every_answer_isolates_our_pages_and_is_stored_nowhere() {
    let world = World::new().await;
    let token = world.bob.token().expect("a token");
    let mut wrong = Vec::new();
    for route in routes(&world).await {
        // Reads as somebody who is signed in; changes as somebody who is not, so that nothing is done.
        let request = route.request(&world);
        let request = match route.cookie {
            Some(cookie) if route.method.is_safe() => request.header("cookie", format!("{cookie}={token}")),
            _ => request,
        };
        let answered = answer(request).await;
        let missed = misses(&answered).into_iter().filter(|missed| !may_be_kept(&route, missed));
        wrong.extend(missed.map(|missed| format!("{}: {missed}", route.label())));
        let kind = answered.headers().get("content-type").map(|kind| kind.as_bytes().to_vec());
        if kind.is_some_and(|kind| kind.starts_with(b"text/html")) {
            let page = answered.text().await.expect("text");
            let found = inline_scripts(&page).into_iter().map(|one| one.chars().take(60).collect::<String>());
            wrong.extend(found.map(|one| format!("{}: {one}", route.label())));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}

/// No cache of a browser keeps what was said. A picture stays for a minute: who may not see it any more does not for long.
#[tokio::test]
async fn no_browser_keeps_what_was_said() {
    const SAID: &str = "tomorrow at nine";
    let world = World::new().await;
    let (slug, general) = (&world.community.slug, world.general.id);
    let file = uploaded(&world.ann, general, ("cat.png", &png(900, 300))).await;
    let message = world.ann.post(general, &with_files(SAID, &[&file])).await.expect("posts").id;
    let cookie = format!("ajet_session={}", world.bob.token().expect("a token"));
    let read = async |path: &str| {
        let request = http().get(format!("{}{path}", world.base())).header("cookie", &cookie);
        let answered = answer(request).await;
        assert_eq!(answered.status().as_u16(), 200, "{path}");
        answered
    };
    for path in [
        format!("/c/{slug}/channels/{general}"),
        format!("/channels/{general}/rows"),
        format!("/messages/{message}/row"),
        format!("/messages/{message}/thread"),
        format!("/api/channels/{general}/messages"),
        format!("/api/messages/{message}"),
    ] {
        let answered = read(&path).await;
        let missed = misses(&answered);
        assert!(missed.is_empty(), "{path}: {missed:?}");
        assert!(answered.text().await.expect("text").contains(SAID), "{path}");
    }
    for query in ["", "?thumbnail=true"] {
        let answered = read(&format!("/files/{}{query}", file.id)).await;
        let header = |name: &str| answered.headers()[name].to_str().expect("text").to_owned();
        assert!(header("content-type").starts_with("image/"), "{query}");
        assert_eq!(header("cache-control"), "private, max-age=60", "{query}");
    }
    world.end().await;
}

/// What pages and their parts show to somebody who is not signed in as well, or only lead on from.
const PUBLIC: [&str; 10] = [
    "/sign-in",
    "/sign-in/first",
    "/sign-in/at/{provider}",
    "/sign-in/link/{token}",
    "/dev/components",
    "/settings",
    "/system",
    "/assets/{version}/{name}",
    "/sw.js",
    "/manifest.webmanifest",
];

/// Pages are for people: a token of a bot opens none and sends none of their forms, whatever its scopes are.
#[tokio::test]
async fn no_token_opens_a_page() {
    let world = World::new().await;
    let (_, robo) = signed_in(&world, "robo", TokenScope::ALL).await;
    let token = robo.token().expect("a token");
    let (mut tried, mut wrong) = (0, Vec::new());
    // The operators' pages know no one who is signed in.
    for route in pages().iter().filter(|route| route.cookie == Some("ajet_session")) {
        let answered = answer(route.request(&world).bearer_auth(token)).await;
        let status = answered.status().as_u16();
        let text = answered.text().await.expect("text");
        let is_refused = status == 403 && text.contains("no token may do it");
        if is_refused == PUBLIC.contains(&route.path.as_str()) {
            wrong.push(format!("{}: {status} {text}", route.label()));
        }
        tried += usize::from(is_refused);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(tried > 120, "{tried} are refused");
    robo.channels(world.community.id).await.expect("the token is good");
    world.end().await;
}

/// What is the same for everybody may be kept, and nothing else.
#[tokio::test]
async fn files_of_pages_are_kept_for_good() {
    let world = World::new().await;
    let page = answer(http().get(format!("{}/sign-in", world.base()))).await.text().await.expect("text");
    let asset = page.split('"').find(|part| part.starts_with("/assets/")).expect("a file");
    let answered = answer(http().get(format!("{}{asset}", world.base()))).await;
    let kept = answered.headers()["cache-control"].to_str().expect("text").to_owned();
    assert!(kept.contains("immutable"), "{kept}");
    assert_eq!(answered.headers()["x-content-type-options"], "nosniff");
    world.end().await;
}

/// A NUL, which PostgreSQL takes for no text, in each part of a path, in a query and in a form.
#[tokio::test]
async fn no_route_takes_a_nul() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for route in routes(&world).await {
        let parts: Vec<&str> = route.path.split('/').collect();
        for (at, _) in parts.iter().enumerate().filter(|(_, part)| part.starts_with('{')) {
            for nul in ["%00", "a%00b"] {
                let named =
                    |part: &&str| if part.starts_with('{') { NONE.to_owned() } else { (*part).to_owned() };
                let mut path: Vec<String> = parts.iter().map(named).collect();
                path[at] = nul.to_owned();
                let path = path.join("/");
                let request = http().request(route.method.clone(), format!("{}{path}", world.base()));
                let status = answer(request).await.status().as_u16();
                if status != 404 {
                    wrong.push(format!("{} {path}: {status}", route.method));
                }
            }
        }
        for query in ["limit=%00", "return_to=a%00b"] {
            let mut request = route.request(&world).build().expect("a request");
            request.url_mut().set_query(Some(query));
            let status = http().execute(request).await.expect("answers").status().as_u16();
            // RFC 6749 knows 400 alone.
            let is_oauth = ["POST /auth/device", "POST /auth/device/token"].contains(&route.label().as_str());
            let expected = if is_oauth { 400 } else { 422 };
            if status != expected {
                wrong.push(format!("{}?{query}: {status}", route.label()));
            }
        }
        if route.method.is_safe() {
            continue;
        }
        // A route that takes forms looks at them; another one refuses the type, or who sends it.
        let form = [("client_id", "\0"), ("logout_token", "\0"), ("user_code", "\0")];
        let status = answer(route.request(&world).form(&form)).await.status().as_u16();
        if status >= 500 {
            wrong.push(format!("{} with a form: {status}", route.label()));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let forms = [("/auth/device", 400), ("/auth/device/token", 400), ("/auth/it/backchannel-logout", 422)];
    for (path, expected) in forms {
        let form = http().post(format!("{}{path}", world.base())).form(&[("client_id", "\0")]);
        assert_eq!(answer(form).await.status().as_u16(), expected, "{path}");
    }
    world.end().await;
}
