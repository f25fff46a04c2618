//! What a page says of itself in its head: OpenGraph first, then the cards of others, then plain HTML.

use ajet_protocol::LinkPreview;
use encoding_rs::{Encoding, UTF_8};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use url::Url;

/// Characters at most.
const TITLE: usize = 200;
const DESCRIPTION: usize = 500;
const SITE: usize = 100;
const ADDRESS: usize = 2048;

/// Bytes in which a page says its encoding, if its server does not.
const PRESCAN: usize = 1024;

/// Values by how much they are worth, the best first; of equals that which came first.
#[derive(Debug, Default)]
struct Ranked([Option<String>; 3]);

impl Ranked {
    fn take(&mut self, rank: usize, value: String) {
        let place = &mut self.0[rank];
        if place.is_none() && !value.trim().is_empty() {
            *place = Some(value);
        }
    }

    fn best(self) -> Option<String> {
        self.0.into_iter().flatten().next()
    }
}

/// What was read so far.
#[derive(Debug, Default)]
struct Found {
    title: Ranked,
    description: Ranked,
    site_name: Ranked,
    image: Ranked,
}

/// What a link shows whose page was found at `url`; `None` where the page says nothing of itself, or is none.
#[must_use]
pub fn preview(link: &str, url: &Url, content_type: Option<&str>, body: &[u8]) -> Option<LinkPreview> {
    if !content_type.is_none_or(is_html) {
        return None;
    }
    let found = read(&decoded(content_type, body));
    let image = found.image.best().and_then(|image| url.join(image.trim()).ok());
    let image = image.filter(|image| ["http", "https"].contains(&image.scheme()));
    let shown = LinkPreview {
        url: link.to_owned(),
        title: found.title.best().and_then(|text| plain(&text, TITLE)),
        description: found.description.best().and_then(|text| plain(&text, DESCRIPTION)),
        site_name: found.site_name.best().and_then(|text| plain(&text, SITE)),
        image_url: image.map(String::from).filter(|image| image.len() <= ADDRESS),
    };
    let says = shown.title.is_some() || shown.description.is_some() || shown.image_url.is_some();
    says.then_some(shown)
}

fn is_html(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    ["text/html", "application/xhtml+xml"].contains(&kind.as_str())
}

/// The page as text: in the encoding that a byte order mark names, or the server, or the page; else UTF-8.
fn decoded(content_type: Option<&str>, body: &[u8]) -> String {
    let said = content_type.and_then(|value| charset(value.as_bytes()));
    let named = said.or_else(|| charset(body.get(..PRESCAN).unwrap_or(body)));
    named.unwrap_or(UTF_8).decode(body).0.into_owned()
}

/// What stands behind `charset=`.
fn charset(text: &[u8]) -> Option<&'static Encoding> {
    const NAME: &[u8] = b"charset=";
    let at = text.windows(NAME.len()).position(|window| window.eq_ignore_ascii_case(NAME))?;
    let value = text[at + NAME.len()..].trim_ascii_start();
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let end = value.iter().position(|byte| b"\"'; >/".contains(byte)).unwrap_or(value.len());
    Encoding::for_label(&value[..end])
}

/// Reads a page's head, as far as its body.
fn read(html: &str) -> Found {
    let mut emitter = DefaultEmitter::<()>::default();
    // A title and a script hold no tags.
    emitter.naively_switch_states(true);
    let mut found = Found::default();
    let mut title: Option<String> = None;
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) if is(&tag.name, b"body") => break,
            Token::StartTag(tag) if is(&tag.name, b"meta") => meta(&tag, &mut found),
            Token::StartTag(tag) if is(&tag.name, b"title") => title = Some(String::new()),
            Token::String(text) => {
                if let Some(title) = &mut title {
                    title.push_str(&String::from_utf8_lossy(&text.value));
                }
            }
            Token::EndTag(tag) if is(&tag.name, b"head") => break,
            Token::EndTag(tag) if is(&tag.name, b"title") => {
                found.title.take(2, title.take().unwrap_or_default());
            }
            _ => {}
        }
    }
    found
}

fn is(name: &[u8], other: &[u8]) -> bool {
    name == other
}

fn meta(tag: &StartTag<()>, found: &mut Found) {
    let name = attribute(tag, b"property").or_else(|| attribute(tag, b"name"));
    let (Some(name), Some(value)) = (name, attribute(tag, b"content")) else { return };
    match name.trim().to_ascii_lowercase().as_str() {
        "og:title" => found.title.take(0, value),
        "twitter:title" => found.title.take(1, value),
        "og:description" => found.description.take(0, value),
        "twitter:description" => found.description.take(1, value),
        "description" => found.description.take(2, value),
        "og:site_name" => found.site_name.take(0, value),
        "application-name" => found.site_name.take(1, value),
        "og:image" | "og:image:url" | "og:image:secure_url" => found.image.take(0, value),
        "twitter:image" | "twitter:image:src" => found.image.take(1, value),
        _ => {}
    }
}

fn attribute(tag: &StartTag<()>, name: &[u8]) -> Option<String> {
    tag.attributes.get(name).map(|value| String::from_utf8_lossy(&value.value).into_owned())
}

/// A line of plain text, cut behind so many characters; `None` where nothing would show. Characters that reorder what follows are
/// dropped: they would reach beyond the preview.
fn plain(text: &str, most: usize) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !is_unseen(*c)).take(most).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
