//! What Discord writes in angle brackets: times, emoji of a server, and commands. Mentions stay as they are, because their ids
//! mean nothing here.

use ajet_markup::escape;

use crate::code::{rewrite, uncalled};
use crate::moment;

/// Discord's Markdown as ours.
#[must_use]
pub fn to_markdown(text: &str) -> String {
    rewrite(text, |rest| {
        let Some((shown, length)) = token(rest) else { return uncalled(rest) };
        // The name of a command may hold marks; the colons around an emoji's name must stay what they are.
        Some((if shown.starts_with('/') { escape(&shown) } else { shown }, length))
    })
}

/// A text that Discord does not read as Markdown, such as a title, as it is shown.
#[must_use]
pub fn to_plain(text: &str) -> String {
    rewrite(text, token)
}

/// What stands in angle brackets at the beginning, as plain text, and its length with them.
fn token(rest: &str) -> Option<(String, usize)> {
    let inside = rest.strip_prefix('<')?;
    let end = inside.find(['<', '>', '\n'])?;
    if !inside[end..].starts_with('>') {
        return None;
    }
    shown(&inside[..end]).map(|shown| (shown, end + 2))
}

fn shown(token: &str) -> Option<String> {
    if let Some(time) = token.strip_prefix("t:") {
        let (seconds, style) = time.split_once(':').unwrap_or((time, "f"));
        let is_style = matches!(style, "t" | "T" | "d" | "D" | "f" | "F" | "s" | "S" | "R");
        return seconds.parse::<i64>().ok().filter(|_| is_style).and_then(moment::of_seconds);
    }
    if let Some(command) = token.strip_prefix('/') {
        let (name, id) = command.split_once(':')?;
        return (is_id(id) && is_command(name)).then(|| format!("/{name}"));
    }
    let (name, id) = token.strip_prefix('a').unwrap_or(token).strip_prefix(':')?.split_once(':')?;
    (is_id(id) && is_word(name)).then(|| format!(":{name}:"))
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A command's name, with those of its group and subcommand.
fn is_command(text: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "_-'".contains(c));
    text.split(' ').all(is_part)
}
