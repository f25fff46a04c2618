//! What an address asks for: which host, at which port, whether with TLS, and the request that is sent there.

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::Full;
use url::{Host, Position, Url};

use super::{Call, OutgoingError};

/// Ports that servers of web pages have. Elsewhere are databases, caches and printers, to which a request line may mean something.
const PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// What the server calls itself where it asks.
const NAME: &str = concat!("ajet-chat/", env!("CARGO_PKG_VERSION"), " (link previews)");

/// The same where it tells.
const TELLER: &str = concat!("ajet-chat/", env!("CARGO_PKG_VERSION"), " (webhooks)");

/// The same where it signs people in.
const SIGNER: &str = concat!("ajet-chat/", env!("CARGO_PKG_VERSION"), " (sign-in)");

/// What is asked for with `Accept`.
const PAGES: &str = "text/html, application/xhtml+xml;q=0.9";

/// A host to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The parser of addresses has made numbers of all ways to write an IPv4 address: decimal, octal, hexadecimal, shortened.
    pub host: Host<String>,
    pub port: u16,
    pub tls: bool,
}

impl Target {
    /// Whom this address asks.
    ///
    /// # Errors
    /// [`OutgoingError::Address`], of an address that is none of the web, or names a user or another port.
    pub fn of(url: &Url, any_port: bool) -> Result<Self, OutgoingError> {
        let tls = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err(OutgoingError::Address),
        };
        let named = !url.username().is_empty() || url.password().is_some();
        let port = url.port_or_known_default().ok_or(OutgoingError::Address)?;
        if named || !(any_port || PORTS.contains(&port)) {
            return Err(OutgoingError::Address);
        }
        let host = url.host().ok_or(OutgoingError::Address)?.to_owned();
        Ok(Self { host, port, tls })
    }
}

/// The request for what stands at an address.
///
/// # Errors
/// [`OutgoingError::Address`], if it can't be written down.
pub fn request(url: &Url) -> Result<Request<Full<Bytes>>, OutgoingError> {
    Request::get(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, host_of(url)?)
        .header(USER_AGENT, NAME)
        .header(ACCEPT, PAGES)
        .header(ACCEPT_ENCODING, "gzip")
        .header(CONNECTION, "close")
        .body(Full::default())
        .map_err(|_| OutgoingError::Address)
}

/// The request that tells an address something, as JSON.
///
/// # Errors
/// [`OutgoingError::Address`], if it can't be written down.
pub fn telling(url: &Url, headers: &HeaderMap, body: Bytes) -> Result<Request<Full<Bytes>>, OutgoingError> {
    let mut request = Request::post(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, host_of(url)?)
        .header(USER_AGENT, TELLER)
        .header(CONTENT_TYPE, "application/json")
        .header(CONNECTION, "close")
        .body(Full::new(body))
        .map_err(|_| OutgoingError::Address)?;
    request.headers_mut().extend(headers.clone());
    Ok(request)
}

/// The request to an API.
///
/// # Errors
/// [`OutgoingError::Address`], if it can't be written down.
pub fn calling(url: &Url, call: Call) -> Result<Request<Full<Bytes>>, OutgoingError> {
    let mut request = Request::builder()
        .method(call.method)
        .uri(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, host_of(url)?)
        .header(USER_AGENT, SIGNER)
        .header(CONNECTION, "close")
        .body(Full::new(call.body))
        .map_err(|_| OutgoingError::Address)?;
    request.headers_mut().extend(call.headers);
    Ok(request)
}

fn host_of(url: &Url) -> Result<HeaderValue, OutgoingError> {
    let host = HeaderValue::from_str(&url[Position::BeforeHost..Position::AfterPort]);
    host.map_err(|_| OutgoingError::Address)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn of(url: &str) -> Result<Target, OutgoingError> {
        Target::of(&Url::parse(url).expect("an address"), false)
    }

    #[test]
    fn ipv4_is_numbers_however_it_is_written() {
        for host in ["127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "１２７.0.0.1"]
        {
            let target = of(&format!("http://{host}/")).expect("names a host");
            assert_eq!(target.host, Host::<String>::Ipv4(Ipv4Addr::LOCALHOST), "{host}");
        }
        let zero = of("http://0/").expect("names a host");
        assert_eq!(zero.host, Host::<String>::Ipv4(Ipv4Addr::UNSPECIFIED));
        let mapped = of("http://[::ffff:7f00:1]/").expect("names a host");
        assert_eq!(mapped.host, Host::<String>::Ipv6(Ipv4Addr::LOCALHOST.to_ipv6_mapped()));
    }

    #[test]
    fn only_the_web_is_asked() {
        for url in [
            "ftp://example.com/",
            "file:///etc/passwd",
            "gopher://example.com:80/",
            "data:text/html,hi",
            "http://example.com:6379/",
            "http://example.com:22/",
            "http://user@example.com/",
            "http://:secret@example.com/",
        ] {
            assert_eq!(of(url), Err(OutgoingError::Address), "{url}");
        }
        let odd = Url::parse("http://example.com:9999/").expect("an address");
        assert_eq!(Target::of(&odd, true).map(|target| target.port), Ok(9999));
        for (url, port, tls) in [
            ("http://example.com", 80, false),
            ("https://example.com", 443, true),
            ("http://example.com:443", 443, false),
            ("https://example.com:8443", 8443, true),
        ] {
            assert_eq!(of(url), Ok(Target { host: Host::Domain("example.com".into()), port, tls }), "{url}");
        }
    }

    #[test]
    fn a_request_has_its_host_and_no_fragment() {
        let url = Url::parse("http://[2001:db8::1]:8080/a%20b?c=d#e").expect("an address");
        let request = request(&url).expect("can be written");
        assert_eq!(request.uri(), "/a%20b?c=d");
        assert_eq!(request.headers()[HOST], "[2001:db8::1]:8080");
        let told = telling(&url, &HeaderMap::new(), Bytes::from_static(b"{}")).expect("can be written");
        assert_eq!((told.method().as_str(), told.uri().to_string().as_str()), ("POST", "/a%20b?c=d"));
        assert_eq!(told.headers()[CONTENT_TYPE], "application/json");
        let plain = Url::parse("https://example.com").expect("an address");
        let plain = super::request(&plain).expect("can be written");
        assert_eq!(
            (plain.uri().path(), &plain.headers()[HOST]),
            ("/", &HeaderValue::from_static("example.com"))
        );
    }
}
