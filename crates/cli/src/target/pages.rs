//! The addresses of pages, as people copy them from a browser.

use ajet_protocol::{ChannelId, MessageId};
use url::Url;

use crate::failure::Failure;

/// What a page is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    Channel(ChannelId),
    Message(MessageId),
    Community(String),
    Invite(String),
}

/// What the address of a page names; `None` where the text is no address.
///
/// # Errors
/// When it is the address of another server, or of a page that names nothing.
pub fn page(argument: &str, text: &str, server: &str) -> Result<Option<Page>, Failure> {
    let path = if text.starts_with('/') {
        text.to_owned()
    } else if text.starts_with("http://") || text.starts_with("https://") {
        let url = Url::parse(text).map_err(|_| Failure::argument(argument, "is no address"))?;
        let own = Url::parse(server).ok().map(|own| own.origin());
        if own != Some(url.origin()) {
            return Err(Failure::argument(
                argument,
                format!("is an address of another server than {server}; see --profile"),
            ));
        }
        url.path().to_owned()
    } else {
        return Ok(None);
    };
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let found = match parts.as_slice() {
        ["c", _, "channels", id] | ["dm", id] => id.parse().ok().map(Page::Channel),
        ["m", id] => id.parse().ok().map(Page::Message),
        ["c", slug] => Some(Page::Community((*slug).to_owned())),
        ["invite", code] => Some(Page::Invite((*code).to_owned())),
        _ => None,
    };
    found.map(Some).ok_or_else(|| {
        Failure::argument(argument, format!("{path} is no page that names a channel, a message or an invite"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "https://chat.example.org";
    const ID: &str = "0199f000-0000-7000-8000-000000000001";

    #[test]
    fn addresses_name_what_their_page_shows() {
        let channel = Page::Channel(ID.parse().expect("an id"));
        let whole = format!("{SERVER}/c/acme/channels/{ID}");
        assert_eq!(page("CHANNEL", &whole, SERVER).expect("a page"), Some(channel.clone()));
        assert_eq!(page("CHANNEL", &format!("/dm/{ID}"), SERVER).expect("a page"), Some(channel));
        let message = Page::Message(ID.parse().expect("an id"));
        assert_eq!(page("MESSAGE", &format!("{SERVER}/m/{ID}?x#y"), SERVER).expect("a page"), Some(message));
        assert_eq!(page("CHANNEL", "general", SERVER).expect("no page"), None);
    }

    #[test]
    fn the_address_of_another_server_is_refused() {
        for other in ["https://evil.example/m/x", "http://chat.example.org/m/x"] {
            assert!(matches!(page("MESSAGE", other, SERVER), Err(Failure::Usage(_))), "{other}");
        }
        assert!(page("MESSAGE", "/api/me", SERVER).is_err());
    }
}
