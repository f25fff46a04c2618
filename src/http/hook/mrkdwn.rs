//! Slack's markup (`mrkdwn`) as Markdown: `*bold*`, `~strike~`, `<url|label>`, mentions, and its three entities.
//!
//! Work is linear in the length of the text. Code spans and fences stay as they are, and so does everything that only
//! looks like markup: `x < 5`, `vector<int>`, `*/5 * * * *`.

/// A part of a text.
enum Part<'a> {
    /// Shown as it is: plain text, or code with its marks.
    Text(&'a str),
    /// What Slack writes in angle brackets, as Markdown.
    Link(String),
    /// A single `*` or `~`; Markdown takes it twice where it is a pair.
    Mark { mark: &'a str, opens: bool, closes: bool, paired: bool },
}

/// Turns a text with Slack's markup into Markdown.
#[must_use]
pub fn to_markdown(text: &str) -> String {
    let mut parts = parts(text);
    pair(&mut parts);
    let mut out = String::with_capacity(text.len() + 16);
    for part in &parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Link(link) => out.push_str(link),
            Part::Mark { mark, paired, .. } => out.push_str(&mark.repeat(if *paired { 2 } else { 1 })),
        }
    }
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (part, length) = part_at(text, at);
        parts.push(part);
        at += length;
    }
    parts
}

/// The part that starts at a place, and its length in the text.
fn part_at(text: &str, at: usize) -> (Part<'_>, usize) {
    let rest = &text[at..];
    match rest.as_bytes()[0] {
        b'`' => {
            let length = code_length(rest);
            (Part::Text(&rest[..length]), length)
        }
        b'<' => link_at(rest).map_or((Part::Text("<"), 1), |(link, length)| (Part::Link(link), length)),
        byte @ (b'*' | b'~') => mark_at(text, at, byte),
        b'\n' => (Part::Text("\n"), 1),
        _ => {
            let length = rest.find(['`', '<', '*', '~', '\n']).unwrap_or(rest.len());
            (Part::Text(&rest[..length]), length)
        }
    }
}

/// The length of a code span or fence. A fence without an end is code until the text ends; a lone mark is text.
fn code_length(rest: &str) -> usize {
    const FENCE: &str = "```";
    if let Some(inside) = rest.strip_prefix(FENCE) {
        return inside.find(FENCE).map_or(rest.len(), |end| end + 2 * FENCE.len());
    }
    match rest[1..].find(['`', '\n']) {
        Some(end) if rest[1 + end..].starts_with('`') => end + 2,
        _ => 1,
    }
}

/// A mark opens before a word and closes behind one. Several in a row are none of Slack's; neither is one that could do
/// both, as in `(*.rs|*.toml)`.
fn mark_at(text: &str, at: usize, byte: u8) -> (Part<'_>, usize) {
    let length = text.as_bytes()[at..].iter().take_while(|one| **one == byte).count();
    let mark = &text[at..at + length];
    if length > 1 {
        return (Part::Text(mark), length);
    }
    let before = text[..at].chars().next_back();
    let behind = text[at + 1..].chars().next();
    let opens = before.is_none_or(precedes_word) && behind.is_some_and(|c| !c.is_whitespace());
    let closes = behind.is_none_or(follows_word) && before.is_some_and(|c| !c.is_whitespace());
    (Part::Mark { mark, opens: opens && !closes, closes: closes && !opens, paired: false }, 1)
}

fn precedes_word(c: char) -> bool {
    separates(c) || "([{".contains(c)
}

fn follows_word(c: char) -> bool {
    separates(c) || ")]}.!?&".contains(c)
}

/// Blanks, and punctuation that stands on either side of a word; `/`, `=` and the like are parts of paths and code.
fn separates(c: char) -> bool {
    c.is_whitespace() || "<>\"'_~*-:,;|".contains(c) || !(c.is_ascii() || c.is_alphanumeric())
}

/// Pairs each closing mark with the nearest open one of its kind on the same line.
fn pair(parts: &mut [Part<'_>]) {
    // One place for `*` and one for `~`: the mark of that kind that is open.
    let mut open: [Option<usize>; 2] = [None; 2];
    for index in 0..parts.len() {
        let Part::Mark { mark, opens, closes, .. } = parts[index] else {
            if matches!(parts[index], Part::Text("\n")) {
                open = [None; 2];
            }
            continue;
        };
        let place = &mut open[usize::from(mark == "~")];
        match *place {
            Some(from) if closes => {
                for end in [from, index] {
                    if let Part::Mark { paired, .. } = &mut parts[end] {
                        *paired = true;
                    }
                }
                *place = None;
            }
            _ if opens => *place = Some(index),
            _ => {}
        }
    }
}

/// What stands in angle brackets at the beginning, and its length with them; `None` if it is no link and no mention.
fn link_at(rest: &str) -> Option<(String, usize)> {
    let end = 1 + rest[1..].find(['<', '>', '\n'])?;
    if !rest[end..].starts_with('>') {
        return None;
    }
    link(&rest[1..end]).map(|link| (link, end + 1))
}

fn link(inside: &str) -> Option<String> {
    let (target, label) = match inside.split_once('|') {
        Some((target, label)) => (target, Some(label).filter(|label| !label.trim().is_empty())),
        None => (inside, None),
    };
    if is_address(target) {
        return Some(label.map_or_else(|| format!("<{target}>"), |label| format!("[{label}]({target})")));
    }
    let mut chars = target.chars();
    let sign = chars.next()?;
    let id = chars.as_str();
    match (sign, label) {
        ('!', _) if id == "here" || id == "channel" => Some("@here".to_owned()),
        ('!', Some(label)) if id.starts_with(|c: char| c.is_ascii_alphabetic()) => Some(label.to_owned()),
        ('@' | '#', _) if !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric()) => {
            Some(label.unwrap_or(target).to_owned())
        }
        _ => None,
    }
}

/// An address with a scheme. Something else with a colon, as in `<soap:Envelope>`, is text.
fn is_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let addressed = if matches!(scheme, "mailto" | "tel") { Some(rest) } else { rest.strip_prefix("//") };
    named && addressed.is_some_and(|rest| !rest.is_empty()) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
#[path = "mrkdwn_tests.rs"]
mod tests;
