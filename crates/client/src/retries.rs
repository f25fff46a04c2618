//! When a request is sent again (AC-11): which ones may be, after what, and how long later.
//!
//! Each pause is twice as long as the one before, and shortened by chance by up to a half: clients that failed together do not come back
//! together. Where the server says when to come back (`Retry-After`), no try is earlier than that.

use std::time::Duration;

use reqwest::Method;

use crate::Error;

/// How often a request is sent that is safe to repeat, and with which pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// Tries altogether, the first one included.
    pub tries: u32,
    /// The pause after the first try.
    pub first: Duration,
    /// The longest pause. Where the server asks for a longer one, its refusal is the result.
    pub longest: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { tries: 4, first: Duration::from_millis(100), longest: Duration::from_secs(10) }
    }
}

impl Retries {
    /// Each request is sent once.
    #[must_use]
    pub fn none() -> Self {
        Self { tries: 1, ..Self::default() }
    }

    /// How long to wait after this many tries, if the server said `told` and chance says `chance`, from 0 to 1. `None`: no more tries.
    #[must_use]
    pub fn pause(&self, tried: u32, told: Option<Duration>, chance: f64) -> Option<Duration> {
        if tried >= self.tries || told.is_some_and(|told| told > self.longest) {
            return None;
        }
        Some(told.unwrap_or_default() + self.back_off(tried, chance))
    }

    /// The pause after this many failures in a row, without an end.
    pub(crate) fn back_off(&self, failures: u32, chance: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        doubled.min(self.longest).mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
    }
}

/// What a repetition of a request would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Perhaps the same once more.
    Unsafe,
    /// Nothing: it is a read.
    Read,
    /// Nothing: what is done is done, or the server knows the request by its key.
    Write,
    /// Nothing, but what an earlier try has removed may be answered as not found.
    Removal,
}

impl Repeat {
    /// That of a request which the caller says is safe to repeat, or not.
    pub fn of(method: &Method, safe: bool) -> Self {
        match (safe, method.is_safe()) {
            (false, _) => Self::Unsafe,
            (true, true) => Self::Read,
            (true, false) if *method == Method::DELETE => Self::Removal,
            (true, false) => Self::Write,
        }
    }

    /// Whether a request is sent again after this. A write that made the server fail (500) would do so again; what it refused as one too
    /// many (429) it has not begun.
    pub fn allows(self, error: &Error) -> bool {
        match self {
            Self::Unsafe => is_too_many(error),
            Self::Read => error.is_passing(),
            Self::Write | Self::Removal => error.is_passing() && error.status() != Some(500),
        }
    }

    /// Whether a refusal means that an earlier try, whose answer was lost, has done what was asked for.
    pub fn is_done(self, refused: &Error, was_begun: bool) -> bool {
        self == Self::Removal && was_begun && refused.status() == Some(404)
    }

    /// The failure that is told of several tries. Of a write it is that of the last one which may have been carried out: who is told that
    /// the server can't be reached takes it that nothing was done.
    pub fn told(self, last: Error, begun: Option<Error>) -> Error {
        match begun {
            Some(begun) if self != Self::Read && is_not_begun(&last) => begun,
            _ => last,
        }
    }
}

/// Whether the server did nothing but count the request.
fn is_too_many(error: &Error) -> bool {
    error.status() == Some(429)
}

/// Whether the server has done nothing of what was asked: it refused the request as one too many, or there was no connection to ask by.
pub fn is_not_begun(error: &Error) -> bool {
    is_too_many(error) || matches!(error, Error::Transport(error) if error.is_connect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_are_shortened_by_chance() {
        let retries = Retries::default();
        let full: Vec<_> = (1..=4).map(|tried| retries.pause(tried, None, 1.0)).collect();
        let millis = |n| Some(Duration::from_millis(n));
        assert_eq!(full, [millis(100), millis(200), millis(400), None]);
        assert_eq!(retries.pause(1, None, 0.0), millis(50));
        assert_eq!(retries.back_off(40, 1.0), retries.longest);
        assert_eq!(Retries::none().pause(1, None, 1.0), None);
    }

    #[test]
    fn no_try_is_earlier_than_the_server_says() {
        let retries = Retries::default();
        let second = Some(Duration::from_secs(1));
        assert_eq!(retries.pause(1, second, 1.0), Some(Duration::from_millis(1_100)));
        assert_eq!(
            retries.pause(1, Some(Duration::from_secs(11)), 1.0),
            None,
            "that is too long to wait for"
        );
    }

    /// So a removal whose first try found no server, and whose second one finds nothing to remove, is not taken as done.
    #[tokio::test]
    async fn without_a_connection_nothing_is_begun() {
        let http = crate::tls::http_client("http://127.0.0.1:1").expect("a client");
        let away = Error::from(http.get("http://127.0.0.1:1").send().await.expect_err("there is no server"));
        assert!(is_not_begun(&away), "{away:?}");
        assert!(Repeat::Write.allows(&away) && !Repeat::Unsafe.allows(&away));
        assert!(!is_not_begun(&Error::Status { status: 503, body: String::new() }));
    }

    #[test]
    fn what_may_be_done_twice_is_not_repeated() {
        let failed = |status| Error::Status { status, body: String::new() };
        assert_eq!(Repeat::of(&Method::GET, true), Repeat::Read);
        assert_eq!(Repeat::of(&Method::PUT, true), Repeat::Write);
        assert_eq!(Repeat::of(&Method::DELETE, true), Repeat::Removal);
        for (status, read, write) in [
            (503, true, true),
            (429, true, true),
            (500, true, false),
            (501, false, false),
            (404, false, false),
        ] {
            assert_eq!(Repeat::Read.allows(&failed(status)), read, "{status}");
            assert_eq!(Repeat::Write.allows(&failed(status)), write, "{status}");
            assert_eq!(Repeat::Removal.allows(&failed(status)), write, "{status}");
            assert_eq!(Repeat::of(&Method::POST, false).allows(&failed(status)), status == 429, "{status}");
        }
    }
}
