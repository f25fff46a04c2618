//! Which server is asked, and what operators show it.

use std::net::IpAddr;

use ajet_protocol::ops::DEV_TOKEN;
use url::Url;

use crate::failure::Failure;
use crate::surroundings::Variables;

/// Where a server listens that was told nothing else.
pub const LOCAL: &str = "http://127.0.0.1:8080";

/// A server's address as it is kept: with a scheme, and without a slash at its end.
///
/// # Errors
/// When it is no address of a server, or holds a name and a password.
pub fn address(given: &str) -> Result<String, Failure> {
    let given = with_scheme(given.trim());
    let wrong =
        |why: &str| Failure::argument("SERVER", format!("{why}; it looks like https://chat.example.org"));
    let url = Url::parse(&given).map_err(|_| wrong("is no address"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("is no address of a server"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must hold no name and no password"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("goes on after the host"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The operators' token, from `AJET_OPS_TOKEN`; a development server on this machine takes a fixed one.
///
/// # Errors
/// When the variable is not set and the server is on another machine.
pub fn ops_token(variables: &Variables, address: &str) -> Result<String, Failure> {
    let local = || is_local(address).then(|| DEV_TOKEN.to_owned());
    let token = variables.get("AJET_OPS_TOKEN").map(str::to_owned).or_else(local);
    token.ok_or_else(|| Failure::SignedOut("AJET_OPS_TOKEN is not set: it is the server's ops.token".into()))
}

fn with_scheme(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V4(number)) => return format!("http://{number}"),
        Ok(IpAddr::V6(number)) => return format!("http://[{number}]"),
        Err(_) => {}
    }
    match address {
        whole if whole.contains("://") => whole.to_owned(),
        local if is_local(&format!("http://{local}")) => format!("http://{local}"),
        // A number, or a name without a dot, is of one's own network.
        inner if inner.parse::<std::net::SocketAddr>().is_ok() => format!("http://{inner}"),
        inner if !inner.split(':').next().unwrap_or_default().contains('.') => format!("http://{inner}"),
        name => format!("https://{name}"),
    }
}

/// Whether an address names this machine.
pub fn is_local(address: &str) -> bool {
    let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_scheme_is_encrypted_unless_it_is_of_one_s_own_network() {
        for (given, address) in [
            ("10.0.0.1:8080", "http://10.0.0.1:8080"),
            ("10.0.0.1", "http://10.0.0.1"),
            ("fd00::1", "http://[fd00::1]"),
            ("localhost:8080", "http://localhost:8080"),
            ("node1:8080", "http://node1:8080"),
            ("chat.example.org", "https://chat.example.org"),
            ("https://chat.example.org/", "https://chat.example.org"),
        ] {
            assert_eq!(super::address(given).expect("an address"), address);
        }
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for wrong in ["", "ftp://x", "https://ann:secret@chat.example.org", "https://x/y", "https://x?y"] {
            assert!(matches!(address(wrong), Err(Failure::Usage(_))), "{wrong}");
        }
    }

    #[test]
    fn the_development_token_stays_on_this_machine() {
        for local in [LOCAL, "http://localhost:9000", "http://[::1]:8080/", "http://127.8.8.8"] {
            assert!(is_local(local), "{local}");
        }
        for remote in ["http://10.0.0.1:8080", "http://localhost.example.org", "http://", "nonsense"] {
            assert!(!is_local(remote), "{remote}");
        }
        let vars = Variables::default();
        assert!(ops_token(&vars, "http://10.0.0.1:8080").is_err());
    }
}
