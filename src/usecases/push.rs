//! Web Push: the browsers of a person that are told of things while no page is open, and what they are sent.
//!
//! A browser is sent what its person may see when it is sent, and no name and no text unless the person chose so for that browser. What it is sent is
//! encrypted for it. Its push service is an address that a person named, so it is asked as those of outgoing webhooks are.

use std::time::Duration;

use ajet_domain::asked::Key;
use ajet_domain::journal::DuplicateKey;
use ajet_domain::writer::SpentKey;
use ajet_protocol::{
    AddPushSubscription, Code, Notification, NotificationId, NotificationReason, NotificationType,
    PushSubscription, PushSubscriptions, Timestamp, UserId,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use futures::future::join_all;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::ExposeSecret;
use serde::Serialize;
use url::{Host, Url};
use uuid::Uuid;

use super::sessions::OwnSession;
use super::{Context, Created, Failure, Found, GivenKey, notifications};
use crate::outgoing::OutgoingError;
use crate::outgoing::push::{AUTH_BYTES, BrowserKeys, MOST_BYTES, PURPOSE, VapidKey, encrypted};
use crate::store::StoreError;
use crate::store::push::{NewSubscription, PushTarget};

/// The set that keys of added browsers are kept in.
const KEYS: &str = "push_subscription";
/// How long one push service may take.
const WITHIN: Duration = Duration::from_secs(10);
/// What is older is not sent any more: a quarter of an hour.
const NEWS_MILLIS: u64 = 15 * 60 * 1000;
/// Seconds for which a push service keeps what it can't hand over: a day.
const KEPT_SECONDS: &str = "86400";
/// What the server calls itself to push services.
const NAME: &str = concat!("ajet-chat/", env!("CARGO_PKG_VERSION"), " (push)");
/// For how many seconds a push service is left alone at most because it asks for that: a day.
const LONGEST_ASKED: u64 = 86_400;
/// Characters of an address at a push service.
const ENDPOINT_CHARS: usize = ajet_protocol::limits::URL_CHARS;

/// The browsers of a person, and the key for which others subscribe.
///
/// # Errors
/// 503 where the key can't be opened; others of [`Failure`]
pub async fn list(context: &Context, by: OwnSession) -> Result<PushSubscriptions, Failure> {
    let public_key = URL_SAFE_NO_PAD.encode(key(context).await?.public());
    let items = context.store.push_subscriptions_of(by.person, by.id).await?;
    Ok(PushSubscriptions { public_key, items, has_more: false })
}

/// Has a browser pushed to from now on, as long as the session lasts that names it. A repetition under the same key changes nothing.
///
/// # Errors
/// 401 where the session is over, 404 where what the key named is gone, 409 where it named something else, 422 where the address or a key is none;
/// others of [`Failure`]
pub async fn add(
    context: &Context,
    by: OwnSession,
    asked: AddPushSubscription,
    key: GivenKey,
) -> Result<Created<PushSubscription>, Failure> {
    if key == GivenKey::Fresh {
        return named(context, by, &asked).await;
    }
    let key = key.among(KEYS).without_former();
    let stored = DuplicateKey::of_object(by.person, key.text.clone());
    if let Some(prior) = context.store.made_under(&stored).await? {
        return before(context, by, &key, (prior.fingerprint, prior.object)).await;
    }
    let made = named(context, by, &asked).await?;
    let (Created::New(kept) | Created::Before(kept)) = &made;
    let spent = SpentKey { key: stored, object: kept.id, fingerprint: key.kept(), at: context.now() };
    match context.store.spend_key(&spent).await? {
        None => Ok(made),
        // Another request with the same key was quicker.
        Some(prior) => {
            if let Created::New(kept) = &made
                && kept.id != prior.object
            {
                context.store.remove_push_subscription(by.person, &kept.endpoint).await?;
            }
            before(context, by, &key, (prior.fingerprint, prior.object)).await
        }
    }
}

/// The browser that an earlier request under the key named, as it is now.
async fn before(
    context: &Context,
    by: OwnSession,
    key: &Key,
    (fingerprint, id): (i64, Uuid),
) -> Result<Created<PushSubscription>, Failure> {
    if !key.matches(fingerprint) {
        return Err(Failure::key_reused());
    }
    one(context, by, id).await.map(Created::Before)
}

async fn one(context: &Context, by: OwnSession, id: Uuid) -> Result<PushSubscription, Failure> {
    let all = context.store.push_subscriptions_of(by.person, by.id).await?;
    all.into_iter().find(|one| one.id == id).or_not_found()
}

/// Keeps a browser that a session names.
async fn named(
    context: &Context,
    by: OwnSession,
    asked: &AddPushSubscription,
) -> Result<Created<PushSubscription>, Failure> {
    let endpoint = endpoint(context, &asked.endpoint)?;
    let [p256dh, auth] = [("keys.p256dh", &asked.keys.p256dh), ("keys.auth", &asked.keys.auth)]
        .map(|(field, text)| decoded(text).ok_or_else(|| no_key(field)));
    let (p256dh, auth) = (p256dh?, auth?);
    if auth.len() != AUTH_BYTES {
        return Err(no_key("keys.auth"));
    }
    if encrypted(BrowserKeys { public: &p256dh, auth: &auth }, b"").is_none() {
        return Err(no_key("keys.p256dh"));
    }
    let new = NewSubscription {
        id: context.fresh_id(),
        user: by.person,
        session: by.id,
        endpoint: endpoint.as_str(),
        p256dh: &p256dh,
        auth: &auth,
        with_text: asked.with_text,
        created_at: context.now(),
    };
    let Some(id) = context.store.add_push_subscription(&new).await? else {
        return Err(Failure::new(Code::Unauthenticated, "Sign in, or send a valid token."));
    };
    let kept = one(context, by, id).await?;
    Ok(if id == new.id { Created::New(kept) } else { Created::Before(kept) })
}

/// Has a browser of a person pushed to no more; again changes nothing.
///
/// # Errors
/// [`Failure`]
pub async fn remove(context: &Context, person: UserId, endpoint: &str) -> Result<(), Failure> {
    // As it was kept.
    let endpoint = Url::parse(endpoint).map_or_else(|_| endpoint.to_owned(), String::from);
    context.store.remove_push_subscription(person, &endpoint).await?;
    Ok(())
}

/// The address of a push service: with TLS, but for one on this machine, as in tests, and none that is never asked.
fn endpoint(context: &Context, text: &str) -> Result<Url, Failure> {
    let bad = |code, message| Failure::field("endpoint", code, message);
    let url = Url::parse(text).map_err(|_| bad("bad_format", "must be an https address"))?;
    match context.outgoing.refuses(&url) {
        Ok(()) => {}
        Err(OutgoingError::Private) => return Err(bad("private", "is in a private network")),
        Err(_) => return Err(bad("port", "names a port that no web server has")),
    }
    let is_here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        _ => false,
    };
    if url.scheme() != "https" && !is_here {
        return Err(bad("bad_format", "must be an https address"));
    }
    if url.as_str().len() > ENDPOINT_CHARS {
        return Err(bad("too_long", "is too long"));
    }
    Ok(url)
}

/// Base64url, as browsers and programs write it: with and without its padding.
fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

fn no_key(field: &str) -> Failure {
    Failure::field(field, "bad_format", "is no key of a browser's subscription")
}

/// The key pair of this installation. The first one who needs it makes it.
async fn key(context: &Context) -> Result<VapidKey, Failure> {
    let mut stored = context.store.push_key().await?;
    if stored.is_none() {
        let (key, private) = VapidKey::fresh().ok_or_else(unusable)?;
        let sealed = context.sealer.seal(PURPOSE, private.expose_secret());
        context.store.add_push_key(key.public(), &sealed).await?;
        stored = context.store.push_key().await?;
    }
    let stored = stored.ok_or_else(unusable)?;
    let opened = context.sealer.open(PURPOSE, &stored.sealed).ok();
    let key = opened.and_then(|private| VapidKey::of(private.expose_secret()));
    key.filter(|key| key.public() == stored.public_key).ok_or_else(|| {
        tracing::error!("the key that signs pushes can't be unsealed: nothing is pushed");
        unusable()
    })
}

fn unusable() -> Failure {
    Failure::new(Code::Unavailable, "Nothing can be pushed just now.")
}

/// What a browser is sent. Its service worker (`sw.js`) reads it.
#[derive(Serialize)]
struct Pushed<'a> {
    id: NotificationId,
    #[serde(rename = "type")]
    kind: NotificationType,
    /// The page that shows what it is about.
    url: String,
    silent: bool,
    #[serde(flatten)]
    text: Option<PushedText<'a>>,
}

/// What is only sent where the person chose so.
#[derive(Serialize)]
struct PushedText<'a> {
    title: &'a str,
    body: &'a str,
}

/// What came of one push service.
enum Sent {
    Taken,
    /// It knows the browser no more.
    Gone,
    /// It is not asked at all.
    Never,
    /// It takes nothing of the kind; how long it asks to be left alone.
    Refused(Option<Duration>),
    /// Another time it may take it; how long it asks to be left alone.
    NotNow(Option<Duration>),
    /// It failed before, and is not asked just now.
    Rests,
}

impl Sent {
    /// What it is counted as.
    const fn word(&self) -> Option<&'static str> {
        match self {
            Self::Taken => Some("taken"),
            Self::Gone => Some("gone"),
            Self::Never | Self::Refused(_) => Some("refused"),
            Self::NotNow(_) => Some("failed"),
            Self::Rests => None,
        }
    }
}

/// Sends a person's browsers what the person was told of, as it is now. Those that have taken it are sent nothing again; of what was read
/// meanwhile, is not theirs to see any more, or is older than a quarter of an hour, nothing is sent.
///
/// # Errors
/// 503 where a push service may take it another time, or is left alone just now; others of [`Failure`]
pub async fn push(context: &Context, person: UserId, id: NotificationId) -> Result<(), Failure> {
    let browsers = context.store.push_targets(person, id).await?;
    if browsers.is_empty() {
        return Ok(());
    }
    let told = notifications::one(context, person, id).await?.filter(|one| !one.read);
    let Some(told) = told.filter(|one| is_news(one.created_at, context.now())) else { return Ok(()) };
    let key = key(context).await?;
    let sent = join_all(browsers.iter().map(|browser| send(context, &key, browser, &told))).await;
    if settle(context, id, browsers.into_iter().zip(sent)).await? {
        return Ok(());
    }
    Err(Failure::new(Code::Unavailable, "A push service did not take what it was sent."))
}

/// Whether what happened at a time is still worth a push.
fn is_news(at: Timestamp, now: Timestamp) -> bool {
    now.unix_millis().saturating_sub(at.unix_millis()) <= NEWS_MILLIS
}

/// Keeps what came of each browser; whether none is to be sent it another time.
async fn settle(
    context: &Context,
    id: NotificationId,
    sent: impl Iterator<Item = (PushTarget, Sent)>,
) -> Result<bool, StoreError> {
    let (mut done, mut gone, mut works, mut left) = (Vec::new(), Vec::new(), Vec::new(), false);
    let (mut failing, mut asked) = (Vec::new(), Vec::new());
    for (browser, sent) in sent {
        if let Some(word) = sent.word() {
            metrics::counter!("ajet_pushes_total", "outcome" => word).increment(1);
        }
        match sent {
            Sent::Gone => gone.push(browser.endpoint),
            Sent::Rests | Sent::NotNow(_) => left = true,
            Sent::Taken | Sent::Never | Sent::Refused(_) => done.push(browser.id),
        }
        match sent {
            Sent::Taken if browser.failed => works.push(browser.id),
            Sent::NotNow(wish) | Sent::Refused(wish) => {
                failing.push(browser.id);
                asked.push(asked_seconds(wish));
            }
            _ => {}
        }
    }
    if !gone.is_empty() {
        context.store.remove_gone_push_subscriptions(&gone).await?;
    }
    if !works.is_empty() {
        context.store.push_works(&works).await?;
    }
    if !failing.is_empty() {
        context.store.rest_push(&failing, &asked).await?;
    }
    if left && !done.is_empty() {
        context.store.note_pushed(&done, id).await?;
    }
    Ok(!left)
}

/// The whole seconds for which a push service asks to be left alone, as far as they count.
fn asked_seconds(wish: Option<Duration>) -> i32 {
    let seconds = wish.map_or(0, |wish| wish.as_secs()).min(LONGEST_ASKED);
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

async fn send(context: &Context, key: &VapidKey, browser: &PushTarget, told: &Notification) -> Sent {
    if browser.rests {
        return Sent::Rests;
    }
    let Ok(url) = Url::parse(&browser.endpoint) else { return Sent::Never };
    let keys = BrowserKeys { public: &browser.p256dh, auth: &browser.auth };
    let Some(body) = encrypted(keys, &text(told, browser.with_text)) else { return Sent::Never };
    let seconds = context.now().unix_millis() / 1000;
    let Some(signed) = key.authorization(&url, &context.public_url, seconds) else {
        return Sent::NotNow(None);
    };
    match context.outgoing.post(&url, &headers(signed, told), Bytes::from(body), WITHIN).await {
        Ok(answer) if answer.status.is_success() => Sent::Taken,
        Ok(answer) if matches!(answer.status.as_u16(), 404 | 410) => Sent::Gone,
        Ok(answer) if answer.status.is_server_error() || answer.status.as_u16() == 429 => {
            Sent::NotNow(answer.retry_after)
        }
        Ok(answer) => {
            let status = answer.status.as_u16();
            tracing::warn!(subscription_id = %browser.id, status, "a push service refuses what it is sent");
            Sent::Refused(answer.retry_after)
        }
        Err(OutgoingError::Address | OutgoingError::Private) => Sent::Never,
        Err(_) => Sent::NotNow(None),
    }
}

/// The headers of RFC 8030. A push service replaces what has the same topic, so that a repetition is shown once.
fn headers(signed: HeaderValue, told: &Notification) -> HeaderMap {
    let urgency = match told.kind {
        _ if told.silent => "low",
        NotificationType::Mention | NotificationType::Dm => "high",
        _ => "normal",
    };
    let topic = HeaderValue::try_from(URL_SAFE_NO_PAD.encode(told.id.0.as_bytes()));
    let mut headers = HeaderMap::from_iter([
        (AUTHORIZATION, signed),
        (CONTENT_ENCODING, HeaderValue::from_static("aes128gcm")),
        (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (USER_AGENT, HeaderValue::from_static(NAME)),
        (HeaderName::from_static("ttl"), HeaderValue::from_static(KEPT_SECONDS)),
        (HeaderName::from_static("urgency"), HeaderValue::from_static(urgency)),
    ]);
    headers.extend(topic.ok().map(|topic| (HeaderName::from_static("topic"), topic)));
    headers
}

/// What the service worker reads: JSON, short enough to be encrypted. Texts that are too long with their escapes are left out.
fn text(told: &Notification, with_text: bool) -> Vec<u8> {
    let (id, kind, silent) = (told.id, told.kind, told.silent);
    let body = told.preview.as_deref().unwrap_or_default();
    let text = with_text.then_some(PushedText { title: &told.actor.display_name, body });
    let pushed = Pushed { id, kind, url: page_of(told), silent, text };
    let json = |pushed: &Pushed<'_>| serde_json::to_vec(pushed).unwrap_or_default();
    let whole = json(&pushed);
    if whole.len() <= MOST_BYTES { whole } else { json(&Pushed { text: None, ..pushed }) }
}

/// The page that shows what a notification is about.
fn page_of(told: &Notification) -> String {
    let of_channel = told.channel_id.filter(|_| told.reason == NotificationReason::ChannelInvite);
    match of_channel {
        _ if told.reason.leads_to_message() => format!("/m/{}", told.source_id),
        _ if told.reason == NotificationReason::ExportReady => "/settings/data".to_owned(),
        Some(channel) => format!("/channels/{channel}"),
        None => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{ChannelId, User};
    use serde_json::{Value, json};

    use super::*;

    fn told(reason: NotificationReason, preview: &str) -> Notification {
        let actor = User {
            id: UserId(Uuid::from_u128(2)),
            username: "bob".into(),
            display_name: "Bob".into(),
            avatar_url: None,
            status_text: None,
            bot: false,
            created_at: Timestamp::from_unix_millis(0),
        };
        Notification {
            id: NotificationId(Uuid::from_u128(1)),
            kind: reason.kind(),
            reason,
            source_id: Uuid::from_u128(3),
            community_id: None,
            channel_id: Some(ChannelId(Uuid::from_u128(4))),
            actor,
            preview: Some(preview.to_owned()),
            read: false,
            silent: false,
            created_at: Timestamp::from_unix_millis(0),
        }
    }

    fn read(text: &[u8]) -> Value {
        serde_json::from_slice(text).expect("JSON")
    }

    #[test]
    fn names_and_texts_are_sent_where_they_were_asked_for_alone() {
        let one = told(NotificationReason::Dm, "hush");
        let (id, url) = (Uuid::from_u128(1), format!("/m/{}", Uuid::from_u128(3)));
        let without = json!({ "id": id, "type": "dm", "url": url, "silent": false });
        assert_eq!(read(&text(&one, false)), without);
        let with =
            json!({ "id": id, "type": "dm", "url": url, "silent": false, "title": "Bob", "body": "hush" });
        assert_eq!(read(&text(&one, true)), with);
        let long = told(NotificationReason::Dm, &"\u{1}".repeat(1000));
        assert_eq!(read(&text(&long, true)), without, "six bytes each");
    }

    #[test]
    fn a_push_leads_to_what_it_is_about() {
        let of = |reason| page_of(&told(reason, ""));
        assert_eq!(of(NotificationReason::Role), format!("/m/{}", Uuid::from_u128(3)));
        assert_eq!(of(NotificationReason::SavedReminder), format!("/m/{}", Uuid::from_u128(3)));
        assert_eq!(of(NotificationReason::ChannelInvite), format!("/channels/{}", Uuid::from_u128(4)));
        assert_eq!(of(NotificationReason::ExportReady), "/settings/data");
        assert_eq!(of(NotificationReason::Kicked), "/");
    }

    #[test]
    fn a_push_service_is_left_alone_as_it_asks_for_a_day_at_most() {
        let of = |seconds| asked_seconds(Some(Duration::from_secs(seconds)));
        assert_eq!((asked_seconds(None), of(120), of(86_401), of(u64::MAX)), (0, 120, 86_400, 86_400));
    }

    #[test]
    fn after_a_quarter_of_an_hour_it_is_no_news() {
        let at = |minutes: u64, millis: u64| Timestamp::from_unix_millis(minutes * 60_000 + millis);
        assert!(is_news(at(60, 0), at(75, 0)) && is_news(at(60, 0), at(59, 0)), "a clock that is behind");
        assert!(!is_news(at(60, 0), at(75, 1)));
    }

    #[test]
    fn what_can_wait_is_not_urgent() {
        let urgency = |one: &Notification| {
            headers(HeaderValue::from_static("x"), one)["urgency"].to_str().map(str::to_owned).ok()
        };
        let (dm, reply) = (told(NotificationReason::Dm, ""), told(NotificationReason::ThreadReply, ""));
        assert_eq!((urgency(&dm), urgency(&reply)), (Some("high".into()), Some("normal".into())));
        assert_eq!(urgency(&Notification { silent: true, ..dm }), Some("low".into()));
    }
}
