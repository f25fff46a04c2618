//! Asks for what stands at an address, through redirects.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::Full;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::address::is_public;
use super::answer::{self, Beginning, Packing};
use super::connection::{self, Exchange};
use super::target::{self, Target, request};

/// How much a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of an answer that are read, and as many that are made of them by unpacking.
    pub bytes: usize,
    /// For all of it: looking names up, redirects and reading.
    pub within: Duration,
    /// Redirects that are followed.
    pub redirects: u8,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1 << 20, within: Duration::from_secs(10), redirects: 5 }
    }
}

/// What stands at an address.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Where the redirects led.
    pub url: Url,
    pub status: StatusCode,
    /// As the server says it.
    pub content_type: Option<String>,
    pub body: Bytes,
    /// Whether the body is all of it; else it is cut at [`Limits::bytes`].
    pub whole: bool,
}

/// A request to the API of another server.
#[derive(Clone)]
pub struct Call {
    pub method: Method,
    /// Also what shows who asks: they are never logged.
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// How an address answers what it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    pub status: StatusCode,
    /// How long it asks to be left alone.
    pub retry_after: Option<Duration>,
}

/// Why nothing was fetched. The texts name no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutgoingError {
    #[error("the address is none that is asked")]
    Address,
    #[error("the address is in a private network")]
    Private,
    #[error("the name of the host is not known")]
    Unresolved,
    #[error("the host can't be reached")]
    Unreachable,
    #[error("the answer can't be read")]
    Answer,
    #[error("there are too many redirects")]
    Redirects,
    #[error("it took too long")]
    TimedOut,
}

impl OutgoingError {
    /// All that there are.
    pub const ALL: [Self; 7] = [
        Self::Address,
        Self::Private,
        Self::Unresolved,
        Self::Unreachable,
        Self::Answer,
        Self::Redirects,
        Self::TimedOut,
    ];
}

/// Says which addresses a name has now.
type Lookup = Arc<dyn Fn(String, u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> + Send + Sync>;

/// Who may be asked.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// Whether an address may be connected to.
    pub admits: fn(IpAddr) -> bool,
    /// Whether any port may, or those of web pages alone.
    pub any_port: bool,
}

/// Asks other servers on behalf of people, as far as the rules let it. Cheap to clone.
#[derive(Clone)]
pub struct Outgoing {
    tls: TlsConnector,
    lookup: Lookup,
    rules: Rules,
}

impl Outgoing {
    /// One that asks public addresses alone; with `allow_private` also any other, at any port.
    #[must_use]
    pub fn new(allow_private: bool) -> Self {
        let admits: fn(IpAddr) -> bool = if allow_private { |_| true } else { is_public };
        Self::with(Rules { admits, any_port: allow_private }, Arc::new(look_up))
    }

    /// One with rules and names of its own, for tests.
    pub(super) fn with(rules: Rules, lookup: Lookup) -> Self {
        Self { tls: connection::tls(), lookup, rules }
    }

    /// Gets what stands at an address, whatever its status.
    ///
    /// # Errors
    /// [`OutgoingError`]
    pub async fn get(&self, url: &Url, limits: Limits) -> Result<Fetched, OutgoingError> {
        let following = self.follow(url.clone(), limits);
        timeout(limits.within, following).await.unwrap_or(Err(OutgoingError::TimedOut))
    }

    /// Tells an address something; how it answers, whose words are not read. No redirect is followed: what was meant for one address is
    /// told to no other.
    ///
    /// # Errors
    /// [`OutgoingError`]
    pub async fn post(
        &self,
        url: &Url,
        headers: &HeaderMap,
        body: Bytes,
        within: Duration,
    ) -> Result<Answered, OutgoingError> {
        let telling = async {
            let request = target::telling(url, headers, body)?;
            let response = self.exchange(url, request).await?.response;
            let retry_after = retry_after(response.headers());
            Ok::<_, OutgoingError>(Answered { status: response.status(), retry_after })
        };
        timeout(within, telling).await.unwrap_or(Err(OutgoingError::TimedOut))
    }

    /// Asks the API of another server; what it answers, whatever its status. No redirect is followed: what is shown to one address is shown
    /// to no other.
    ///
    /// # Errors
    /// [`OutgoingError`]
    pub async fn call(&self, url: &Url, call: Call, limits: Limits) -> Result<Fetched, OutgoingError> {
        let calling = async {
            let exchange = self.exchange(url, target::calling(url, call)?).await?;
            fetched(url.clone(), exchange, limits.bytes).await
        };
        timeout(limits.within, calling).await.unwrap_or(Err(OutgoingError::TimedOut))
    }

    /// Whether an address would never be asked, as far as can be told without looking its name up.
    ///
    /// # Errors
    /// [`OutgoingError::Address`] or [`OutgoingError::Private`]
    pub fn refuses(&self, url: &Url) -> Result<(), OutgoingError> {
        let admits = |ip: IpAddr| (self.rules.admits)(ip);
        let admitted = match Target::of(url, self.rules.any_port)?.host {
            Host::Ipv4(ip) => admits(IpAddr::V4(ip)),
            Host::Ipv6(ip) => admits(IpAddr::V6(ip)),
            Host::Domain(name) if is_loopback_name(&name) => admits(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            Host::Domain(_) => true,
        };
        if admitted { Ok(()) } else { Err(OutgoingError::Private) }
    }

    async fn follow(&self, mut url: Url, limits: Limits) -> Result<Fetched, OutgoingError> {
        for _ in 0..=limits.redirects {
            let exchange = self.ask(&url).await?;
            match redirect(exchange.response.status(), exchange.response.headers()) {
                Some(next) => url = url.join(next).map_err(|_| OutgoingError::Address)?,
                None => return fetched(url, exchange, limits.bytes).await,
            }
        }
        Err(OutgoingError::Redirects)
    }

    /// One hop: the addresses that are checked here are those that are connected to.
    async fn ask(&self, url: &Url) -> Result<Exchange, OutgoingError> {
        self.exchange(url, request(url)?).await
    }

    async fn exchange(&self, url: &Url, request: Request<Full<Bytes>>) -> Result<Exchange, OutgoingError> {
        let target = Target::of(url, self.rules.any_port)?;
        let addresses = self.addresses_of(&target).await?;
        if !addresses.iter().all(|address| (self.rules.admits)(address.ip())) {
            return Err(OutgoingError::Private);
        }
        connection::exchange(&self.tls, &target, &addresses, request).await
    }

    async fn addresses_of(&self, target: &Target) -> Result<Vec<SocketAddr>, OutgoingError> {
        let domain = match &target.host {
            Host::Ipv4(ip) => return Ok(vec![SocketAddr::new(IpAddr::V4(*ip), target.port)]),
            Host::Ipv6(ip) => return Ok(vec![SocketAddr::new(IpAddr::V6(*ip), target.port)]),
            Host::Domain(domain) => domain.clone(),
        };
        let found = (self.lookup)(domain, target.port).await.map_err(|_| OutgoingError::Unresolved)?;
        if found.is_empty() { Err(OutgoingError::Unresolved) } else { Ok(found) }
    }
}

/// Reads an answer, as far as the limit.
async fn fetched(
    url: Url,
    Exchange { response, driven }: Exchange,
    most: usize,
) -> Result<Fetched, OutgoingError> {
    let (head, body) = response.into_parts();
    let packing = Packing::of(&head.headers)?;
    let read = answer::read(body, most).await?;
    drop(driven);
    let beginning = unpacked(read, packing, most).await?;
    let content_type = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    Ok(Fetched {
        url,
        status: head.status,
        content_type: content_type.map(str::to_owned),
        body: beginning.bytes,
        whole: beginning.whole,
    })
}

/// Unpacks an answer where it keeps no other task waiting: of a bomb all bytes up to the limit are made.
async fn unpacked(read: Beginning, packing: Packing, most: usize) -> Result<Beginning, OutgoingError> {
    if packing == Packing::None {
        return Ok(read);
    }
    let unpacking = tokio::task::spawn_blocking(move || answer::unpacked(read, packing, most));
    unpacking.await.map_err(|_| OutgoingError::Answer)
}

/// Names that stand for this machine wherever they are looked up (RFC 6761).
fn is_loopback_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// As the system resolves names.
fn look_up(host: String, port: u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
    Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
}

/// Where an answer sends its reader.
/// How long a server asks to be left alone, in seconds or up to a time (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let until = || httpdate::parse_http_date(value).ok()?.duration_since(SystemTime::now()).ok();
    value.parse().ok().map(Duration::from_secs).or_else(until)
}

fn redirect(status: StatusCode, headers: &HeaderMap) -> Option<&str> {
    let moved = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    let location = headers.get(LOCATION).filter(|_| moved.contains(&status))?;
    location.to_str().ok()
}
