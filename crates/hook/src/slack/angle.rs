//! What Slack writes in angle brackets: links, mentions and dates. Anything else in them is text.

use super::inline;
use super::mrkdwn::{Piece, decoded};
use crate::moment;

/// Mentions everybody in the channel who is here.
pub const HERE: &str = "@<here>";

/// What a text begins with in angle brackets, and its length with them; none if that is text.
pub fn read(ahead: &str) -> Option<(Piece<'static>, usize)> {
    let end = 1 + ahead[1..].find(['<', '>'])?;
    if !ahead[end..].starts_with('>') {
        return None;
    }
    inside(&ahead[1..end]).map(|piece| (piece, end + 1))
}

/// Whether a text is an address with a scheme. Something else with a colon, as in `<soap:Envelope>`, is none.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let has_no_slashes = ["mailto", "tel", "sip"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let address = if has_no_slashes { Some(rest) } else { rest.strip_prefix("//") };
    is_scheme && address.is_some_and(|rest| !rest.is_empty()) && !text.contains(char::is_whitespace)
}

fn inside(inside: &str) -> Option<Piece<'static>> {
    let (target, label) = inside.split_once('|').unwrap_or((inside, ""));
    let label = decoded(label.trim());
    let address = decoded(target);
    if is_address(&address) {
        return Some(link(&label, &address));
    }
    let mut chars = target.chars();
    let sign = chars.next()?;
    let id = chars.as_str();
    match sign {
        '!' => command(id, &label),
        '@' | '#' if !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric()) => {
            let name = if label.is_empty() { id } else { label.trim_start_matches(sign) };
            Some(Piece::Said(format!("{sign}{name}")))
        }
        _ => None,
    }
}

fn link(label: &str, address: &str) -> Piece<'static> {
    if ajet_markup::is_web_address(address) {
        Piece::Markdown(inline::link(label, address))
    } else {
        Piece::Said(inline::spelled(label, address))
    }
}

fn command(id: &str, label: &str) -> Option<Piece<'static>> {
    if matches!(id, "here" | "channel" | "everyone" | "group") {
        return Some(Piece::Markdown(HERE.to_owned()));
    }
    if let Some(date) = id.strip_prefix("date^") {
        return self::date(date, label);
    }
    let is_name = id.starts_with(|c: char| c.is_ascii_alphabetic()) && !id.contains(char::is_whitespace);
    match id.strip_prefix("subteam^") {
        _ if is_name && !label.is_empty() => Some(Piece::Said(label.to_owned())),
        Some(team) if !team.is_empty() => Some(Piece::Said(format!("@{team}"))),
        _ => None,
    }
}

/// `unix^format^link`, of which the last may be absent. The label is what shows if the time can't be written.
fn date(date: &str, label: &str) -> Option<Piece<'static>> {
    let mut parts = date.splitn(3, '^');
    let seconds = parts.next()?;
    let address = decoded(parts.nth(1).unwrap_or_default());
    let shown = if label.is_empty() { moment::of_text(seconds)? } else { label.to_owned() };
    Some(if is_address(&address) { link(&shown, &address) } else { Piece::Said(shown) })
}
