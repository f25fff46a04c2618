//! What one request was counted for. The layer makes it, extractors count by it, and the answer's headers say how the count stands of which
//! the least is left.

use std::net::IpAddr;
use std::sync::Arc;

use ajet_protocol::{ChannelId, CommunityId, UserId, WebhookId};
use axum::extract::{FromRequestParts, MatchedPath, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use parking_lot::Mutex;

use super::buckets::Level;
use super::class::Class;
use super::counts::Rates;
use crate::http::error::ApiError;
use crate::http::state::App;
use crate::sessions::Credential;
use crate::usecases::whole_seconds;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// How routes end that change what is the caller's own alone, in a community: what they have read, are writing, and wish to be told.
const OWN: [&str; 6] = ["/read", "/unread", "/typing", "/draft", "/mute", "/notify"];

/// The counts of a request; all clones are one.
#[derive(Debug, Clone)]
pub struct Meter {
    class: Class,
    tightest: Arc<Mutex<Option<Level>>>,
}

impl Meter {
    /// A request that was not counted yet.
    pub fn new(class: Class) -> Self {
        Self { class, tightest: Arc::default() }
    }

    /// Whether it was counted for somebody.
    pub fn is_counted(&self) -> bool {
        self.tightest.lock().is_some()
    }

    /// Counts it for an address; nothing is counted where that is not known.
    ///
    /// # Errors
    /// 429
    pub fn count_address(&self, rates: &Rates, ip: Option<IpAddr>) -> Result<(), ApiError> {
        if let Some(ip) = ip {
            self.note(rates.count_address(self.class, ip)?);
        }
        Ok(())
    }

    /// Counts it for a caller, unless it was counted before.
    ///
    /// # Errors
    /// 429
    pub fn count_caller(&self, rates: &Rates, credential: &Credential) -> Result<(), ApiError> {
        if !self.is_counted() {
            self.note(rates.count_caller(self.class, credential)?);
        }
        Ok(())
    }

    fn note(&self, level: Level) {
        let mut tightest = self.tightest.lock();
        *tightest = Some(tightest.map_or(level, |other| other.tighter(level)));
    }

    /// Says in an answer how the count stands, unless the answer says so itself.
    pub fn tell(&self, headers: &mut HeaderMap) {
        let Some(level) = *self.tightest.lock() else { return };
        if headers.contains_key(LIMIT) {
            return;
        }
        headers.insert(LIMIT, level.most.into());
        headers.insert(REMAINING, level.left.into());
        headers.insert(RESET, whole_seconds(level.whole_after).as_secs().into());
    }
}

/// Counts a request whose caller is known.
///
/// # Errors
/// 429
pub fn count_caller(parts: &Parts, app: &App, credential: &Credential) -> Result<(), ApiError> {
    match parts.extensions.get::<Meter>() {
        Some(meter) => meter.count_caller(&app.settings.rates, credential),
        None => Ok(()),
    }
}

/// Counts a delivery for its webhook, beside its address.
///
/// # Errors
/// 429
pub fn count_webhook(parts: &Parts, app: &App, webhook: WebhookId) -> Result<(), ApiError> {
    if let Some(meter) = parts.extensions.get::<Meter>() {
        meter.note(app.settings.rates.count_webhook(meter.class, webhook)?);
    }
    Ok(())
}

/// Counts a change for the community that its path names, where this node knows the caller as a member of it who sees what is named there:
/// who does not is told nothing of it, and takes nothing from those who do.
///
/// # Errors
/// 429
pub async fn count_change(parts: &mut Parts, app: &App, person: UserId) -> Result<(), ApiError> {
    if parts.method.is_safe() {
        return Ok(());
    }
    let Some(meter) = parts.extensions.get::<Meter>().cloned() else { return Ok(()) };
    let Some((community, channel)) = place_of(parts, app).await else { return Ok(()) };
    if app.context.remembers_member(community, channel, person) {
        meter.note(app.settings.rates.count_community(meter.class, community)?);
    }
    Ok(())
}

/// The community that a path names, or the channel and its community.
async fn place_of(parts: &mut Parts, app: &App) -> Option<(CommunityId, Option<ChannelId>)> {
    let route = parts.extensions.get::<MatchedPath>()?.as_str();
    let route = route.strip_prefix("/api").unwrap_or(route);
    let (of_community, of_channel) =
        (route.starts_with("/communities/{id}"), route.starts_with("/channels/{id}"));
    if !of_community && !of_channel || OWN.iter().any(|own| route.ends_with(own)) {
        return None;
    }
    let named = RawPathParams::from_request_parts(parts, app).await.ok()?;
    let id: uuid::Uuid = named.iter().find(|(name, _)| *name == "id")?.1.parse().ok()?;
    if of_community {
        return Some((CommunityId(id), None));
    }
    let channel = ChannelId(id);
    Some((app.context.community_of(channel).await.ok()?, Some(channel)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_answer_tells_the_count_of_which_the_least_is_left() {
        let meter = Meter::new(Class::Read);
        let mut headers = HeaderMap::new();
        meter.tell(&mut headers);
        assert!(headers.is_empty(), "it was not counted");
        let level = |most, left, millis| Level { most, left, whole_after: Duration::from_millis(millis) };
        for one in [level(10, 8, 1), level(100, 5, 2_500), level(10, 7, 1)] {
            meter.note(one);
        }
        meter.tell(&mut headers);
        let said = [LIMIT, REMAINING, RESET].map(|name| headers[name].to_str().expect("a number").to_owned());
        assert_eq!(said, ["100", "5", "3"]);
        Meter::new(Class::Read).tell(&mut headers);
        meter.note(level(10, 0, 1));
        meter.tell(&mut headers);
        assert_eq!(headers[REMAINING], "5", "what an answer says itself stays");
    }
}
