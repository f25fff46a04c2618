//! How often is allowed, and the counts of all callers.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;

use ajet_protocol::{Code, CommunityId, SessionId, UserId, WebhookId};
use governor::clock::MonotonicClock;
use uuid::Uuid;

use super::buckets::{Buckets, Level, Spent};
use super::class::Class;
use crate::config::Limits;
use crate::http::error::ApiError;
use crate::http::failures::network;
use crate::sessions::Credential;

/// Callers whose counts are remembered, and addresses.
const CALLERS: u64 = 100_000;
const ADDRESSES: u64 = 50_000;
/// How much more a person may do in all sessions together than in one: one that runs wild does not shut out the others.
const OF_A_PERSON: u32 = 2;

/// Whose requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    /// A session or a token.
    Session(SessionId),
    Person(UserId),
    Community(CommunityId),
    Webhook(WebhookId),
}

impl Who {
    /// Its kind, in metrics.
    fn kind(self) -> &'static str {
        match self {
            Self::Session(_) => "session",
            Self::Person(_) => "person",
            Self::Community(_) => "community",
            Self::Webhook(_) => "webhook",
        }
    }
}

/// What of each class is allowed in a minute.
#[derive(Debug, Clone, Copy)]
struct Quotas {
    reads: u32,
    writes: u32,
    uploads: u32,
    guesses: u32,
    community_writes: u32,
}

impl Quotas {
    fn of(&self, class: Class) -> u32 {
        match class {
            Class::Read => self.reads,
            Class::Write => self.writes,
            Class::Upload => self.uploads,
            Class::Guess => self.guesses,
        }
    }
}

/// The requests of the last minute, by who made them.
pub struct Rates {
    quotas: Quotas,
    /// Tokens that have more, and how many times as much.
    favoured: HashMap<Uuid, u32>,
    callers: Buckets<(Class, Who)>,
    addresses: Buckets<(Class, IpAddr)>,
}

impl Rates {
    /// As the configuration says.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let favoured =
            limits.tokens.iter().filter_map(|(id, times)| Some((id.parse::<Uuid>().ok()?, *times)));
        Self {
            quotas: Quotas {
                reads: limits.reads_per_minute,
                writes: limits.writes_per_minute,
                uploads: limits.uploads_per_minute,
                guesses: limits.guesses_per_minute,
                community_writes: limits.community_writes_per_minute,
            },
            favoured: favoured.collect(),
            callers: Buckets::new(CALLERS, MonotonicClock),
            addresses: Buckets::new(ADDRESSES, MonotonicClock),
        }
    }

    /// Counts a request for its session or token, and for its person. A token that has a limit of its own does not count for its bot.
    ///
    /// # Errors
    /// 429
    pub fn count_caller(&self, class: Class, credential: &Credential) -> Result<Level, ApiError> {
        let most = self.quotas.of(class);
        let session = Who::Session(credential.id);
        if let Some(times) = self.favoured.get(&credential.id.0) {
            return self.count(class, session, most.saturating_mul(*times));
        }
        let own = self.count(class, session, most)?;
        let person = Who::Person(credential.user.id);
        let all = self.count(class, person, most.saturating_mul(OF_A_PERSON))?;
        Ok(own.tighter(all))
    }

    /// Counts a change of a community, by one of its members.
    ///
    /// # Errors
    /// 429
    pub fn count_community(&self, class: Class, community: CommunityId) -> Result<Level, ApiError> {
        self.count(class, Who::Community(community), self.quotas.community_writes)
    }

    /// Counts a delivery to a webhook, whose secret was right.
    ///
    /// # Errors
    /// 429
    pub fn count_webhook(&self, class: Class, webhook: WebhookId) -> Result<Level, ApiError> {
        self.count(class, Who::Webhook(webhook), self.quotas.of(class))
    }

    /// Counts a request for the address that it comes from.
    ///
    /// # Errors
    /// 429
    pub fn count_address(&self, class: Class, ip: IpAddr) -> Result<Level, ApiError> {
        let counted = self.addresses.count((class, network(ip)), at_least_one(self.quotas.of(class)));
        counted.map_err(|spent| refusal(class, "address", spent))
    }

    fn count(&self, class: Class, who: Who, most: u32) -> Result<Level, ApiError> {
        let counted = self.callers.count((class, who), at_least_one(most));
        counted.map_err(|spent| refusal(class, who.kind(), spent))
    }
}

/// The configuration allows no zero.
fn at_least_one(most: u32) -> NonZeroU32 {
    NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN)
}

fn refusal(class: Class, who: &'static str, spent: Spent) -> ApiError {
    metrics::counter!("ajet_http_rate_limited_total", "class" => class.as_str(), "who" => who).increment(1);
    let text = match who {
        "community" => "Too much is changed in this community just now; try again in a moment.",
        "address" => "Too many requests came from your address; try again in a moment.",
        _ => "Too many requests; try again in a moment.",
    };
    ApiError::new(Code::RateLimited, text).limited(spent.most, spent.again_after)
}

impl Level {
    /// The one of which less is left.
    #[must_use]
    pub fn tighter(self, other: Self) -> Self {
        if other.left < self.left { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ajet_protocol::{Timestamp, TokenScope, TokenScopes, User};

    use super::*;

    fn limits(tokens: &[(Uuid, u32)]) -> Limits {
        Limits {
            failures_per_minute: 1,
            reads_per_minute: 3,
            writes_per_minute: 3,
            uploads_per_minute: 3,
            guesses_per_minute: 2,
            community_writes_per_minute: 4,
            device_starts_per_minute: 1,
            device_starts_per_ten_minutes: 1,
            device_guesses_per_ten_minutes: 1,
            tokens: tokens.iter().map(|(id, times)| (id.to_string(), *times)).collect::<BTreeMap<_, _>>(),
        }
    }

    fn credential(id: u128, person: u128, scopes: Option<&[TokenScope]>) -> Credential {
        let at = Timestamp::from_unix_millis(0);
        let user = User {
            id: UserId(Uuid::from_u128(person)),
            username: "ann".into(),
            display_name: "Ann".into(),
            avatar_url: None,
            status_text: None,
            bot: scopes.is_some(),
            created_at: at,
        };
        let scopes = scopes.map(TokenScopes::of);
        let read_at = tokio::time::Instant::now();
        Credential { id: SessionId(Uuid::from_u128(id)), user, expires_at: at, scopes, read_at }
    }

    /// How many requests in a row are allowed.
    fn allowed(mut count: impl FnMut() -> Result<Level, ApiError>) -> usize {
        (0..100).take_while(|_| count().is_ok()).count()
    }

    #[test]
    fn a_session_has_its_own_count_and_a_person_one_for_all_sessions() {
        let rates = Rates::new(&limits(&[]));
        let of = |session: u128, person: u128| {
            allowed(|| rates.count_caller(Class::Read, &credential(session, person, None)))
        };
        assert_eq!(of(1, 7), 3);
        assert_eq!(of(2, 7), 3, "another session");
        assert_eq!(of(3, 7), 0, "twice as much in all sessions");
        assert_eq!(of(4, 8), 3, "another person");
        let guesses = allowed(|| rates.count_caller(Class::Guess, &credential(1, 7, None)));
        assert_eq!(guesses, 2, "each class counts for itself");
    }

    #[test]
    fn a_token_may_have_a_limit_of_its_own() {
        let rates = Rates::new(&limits(&[(Uuid::from_u128(1), 10)]));
        let of = |token: u128| {
            allowed(|| rates.count_caller(Class::Write, &credential(token, 9, Some(TokenScope::ALL))))
        };
        assert_eq!((of(1), of(2), of(3)), (30, 3, 3), "it takes nothing from the bot's other tokens");
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let rates = Rates::new(&limits(&[]));
        let of = |ip: &str| {
            let ip = ip.parse().expect("an address");
            allowed(|| rates.count_address(Class::Guess, ip))
        };
        assert_eq!((of("2001:db8::1"), of("2001:db8::2"), of("2001:db8:0:1::1")), (2, 0, 2));
        assert_eq!((of("192.0.2.1"), of("::ffff:192.0.2.1"), of("192.0.2.2")), (2, 0, 2));
    }

    #[test]
    fn a_refusal_says_when_to_try_again() {
        let rates = Rates::new(&limits(&[]));
        let community = CommunityId(Uuid::nil());
        assert_eq!(allowed(|| rates.count_community(Class::Write, community)), 4);
        let refused = rates.count_community(Class::Write, community).expect_err("spent");
        assert_eq!((refused.code, refused.limit), (Code::RateLimited, Some(4)));
        assert!((1..=15).contains(&refused.retry_after.as_secs()), "{:?}", refused.retry_after);
    }
}
