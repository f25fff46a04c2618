//! Inline rich text: elements with styles. Neighbours of one style share their marks, and marks hold no blanks at their
//! ends and no line ends, because they would mark nothing there.

use std::mem;

use serde_json::Value;

use super::angle::HERE;
use super::inline::{self, Inline};
use super::mrkdwn::is_emoji_name;
use super::words::time;
use super::{blocks, rich_text};
use crate::value::{exact, first_of, items, plain};
use crate::write::{self, needs_own_line};

/// Styles and their marks, the outermost first.
const MARKS: [(&str, &str); 4] = [("underline", "__"), ("strike", "~~"), ("bold", "**"), ("italic", "*")];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Style {
    marks: Vec<&'static str>,
    is_code: bool,
}

#[derive(Debug)]
struct Run {
    style: Style,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    /// Shown as it is.
    Text(String),
    /// Complete Markdown.
    Markdown(String),
    /// Markdown that needs lines of its own; it has no style.
    Block(String),
}

/// The elements as Markdown.
#[must_use]
pub fn line<'a>(elements: impl IntoIterator<Item = &'a Value>, depth: usize) -> String {
    let mut runs = Vec::new();
    for element in elements {
        push(&mut runs, element, depth);
    }
    let mut inline = Inline::default();
    for group in runs.chunk_by(|one, next| one.style == next.style) {
        write_group(&mut inline, group);
    }
    inline.finish()
}

/// What an element says, without links and styles.
#[must_use]
pub fn plain_of(element: &Value) -> String {
    match element["type"].as_str() {
        Some("emoji") => emoji_text(element),
        Some("user") => reference(element, '@', "user_id"),
        Some("usergroup") => reference(element, '@', "usergroup_id"),
        Some("team") => reference(element, '@', "team_id"),
        Some("channel") => reference(element, '#', "channel_id"),
        Some("broadcast") => reference(element, '@', "range"),
        Some("color") => plain(&element["value"]),
        Some("date") => {
            let fallback = plain(&element["fallback"]);
            if fallback.is_empty() { time(&element["timestamp"]) } else { fallback }
        }
        Some("link") if plain(&element["text"]).is_empty() => plain(&element["url"]),
        _ => exact(element),
    }
}

/// A mention of something by its name, or else by its id.
fn reference(element: &Value, sign: char, id: &str) -> String {
    let name = first_of(element, &["name", id]);
    name.map(|name| format!("{sign}{}", name.trim_start_matches(sign))).unwrap_or_default()
}

fn push(runs: &mut Vec<Run>, element: &Value, depth: usize) {
    let style = style_of(element);
    let text = plain_of(element);
    match element["type"].as_str() {
        Some("broadcast") if !text.is_empty() => runs.push(Run { style, content: broadcast(&text) }),
        Some("emoji") => runs.push(Run { style, content: emoji(element) }),
        Some("rich_text_section") if depth > 0 => {
            items(element, "elements").for_each(|inner| push(runs, inner, depth - 1));
        }
        Some(kind) if kind.starts_with("rich_text") => push_block(runs, rich_text::part(element, depth)),
        _ if !text.trim().is_empty() && !plain(&element["url"]).is_empty() => {
            push_link(runs, style, element, &text)
        }
        _ if text.is_empty() && !element.is_string() => push_block(runs, unknown(element, depth)),
        _ => push_text(runs, &style, &text),
    }
}

/// What an element of another kind says. An empty text says nothing, whatever else describes it.
fn unknown(element: &Value, depth: usize) -> String {
    if element["text"].is_string() { String::new() } else { blocks::inner(element, depth) }
}

fn push_block(runs: &mut Vec<Run>, markdown: String) {
    let is_block = needs_own_line(&markdown);
    let content = if is_block { Content::Block(markdown) } else { Content::Markdown(markdown) };
    runs.push(Run { style: Style::default(), content });
}

/// Each line is a run of its own.
fn push_text(runs: &mut Vec<Run>, style: &Style, text: &str) {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            runs.push(Run { style: Style::default(), content: Content::Text("\n".to_owned()) });
        }
        if !line.is_empty() {
            runs.push(Run { style: style.clone(), content: Content::Text(line.to_owned()) });
        }
    }
}

fn push_link(runs: &mut Vec<Run>, style: Style, element: &Value, text: &str) {
    let address = plain(&element["url"]);
    if !ajet_markup::is_web_address(address.trim()) {
        return push_text(runs, &style, &inline::spelled(text.trim(), address.trim()));
    }
    let code = if style.is_code { inline::code(text) } else { None };
    let link = code.map_or_else(|| inline::link(text, &address), |label| write::link(&label, &address));
    runs.push(Run { style, content: Content::Markdown(link) });
}

fn style_of(element: &Value) -> Style {
    let is_set = |name: &str| element["style"][name].as_bool() == Some(true);
    let marks = MARKS.iter().filter(|(name, _)| is_set(name)).map(|(_, mark)| *mark);
    Style { marks: marks.collect(), is_code: is_set("code") }
}

fn broadcast(text: &str) -> Content {
    match text {
        "@here" | "@channel" | "@everyone" => Content::Markdown(HERE.to_owned()),
        other => Content::Text(other.to_owned()),
    }
}

/// An emoji: Unicode's own as it is, any other by its name.
fn emoji(element: &Value) -> Content {
    let name = emoji_name(element);
    match signs(&element["unicode"]) {
        None if is_emoji_name(&name) => Content::Markdown(format!(":{name}:")),
        _ => Content::Text(emoji_text(element)),
    }
}

fn emoji_text(element: &Value) -> String {
    let name = emoji_name(element);
    let named = || if name.is_empty() { String::new() } else { format!(":{name}:") };
    signs(&element["unicode"]).unwrap_or_else(named)
}

/// The name without a skin tone, which is no part of what is said.
fn emoji_name(element: &Value) -> String {
    let name = plain(&element["name"]);
    name.split("::skin-tone-").next().unwrap_or_default().to_owned()
}

/// The characters of hexadecimal codes such as `1f468-200d-1f4bb`.
fn signs(codes: &Value) -> Option<String> {
    let codes = codes.as_str().filter(|codes| !codes.is_empty())?;
    let sign =
        |code: &str| char::from_u32(u32::from_str_radix(code, 16).ok()?).filter(|sign| !sign.is_control());
    codes.split('-').map(sign).collect()
}

fn write_group(inline: &mut Inline, group: &[Run]) {
    let Some(style) = group.first().map(|run| &run.style) else { return };
    let mut contents = merged(group);
    if style.is_code {
        contents.iter_mut().for_each(Content::make_code);
    }
    let lead = contents.first_mut().map(Content::take_lead).unwrap_or_default();
    let tail = contents.last_mut().map(Content::take_tail).unwrap_or_default();
    inline.text(&lead);
    if contents.iter().any(Content::says_something) {
        style.marks.iter().for_each(|mark| inline.open(mark));
        contents.iter().for_each(|content| content.write(inline));
        style.marks.iter().rev().for_each(|mark| inline.close(mark));
    }
    inline.text(&tail);
}

/// The contents of runs, texts that follow one another as one.
fn merged(group: &[Run]) -> Vec<Content> {
    let mut contents: Vec<Content> = Vec::new();
    for run in group {
        if let (Some(Content::Text(before)), Content::Text(text)) = (contents.last_mut(), &run.content) {
            before.push_str(text);
            continue;
        }
        contents.push(run.content.clone());
    }
    contents
}

impl Content {
    fn make_code(&mut self) {
        if let Content::Text(text) = self
            && let Some(code) = inline::code(text)
        {
            *self = Content::Markdown(code);
        }
    }

    /// Takes the blanks that it begins with.
    fn take_lead(&mut self) -> String {
        let Content::Text(text) = self else { return String::new() };
        let rest = text.trim_start().to_owned();
        let mut lead = mem::replace(text, rest);
        lead.truncate(lead.len() - text.len());
        lead
    }

    /// Takes the blanks that it ends with.
    fn take_tail(&mut self) -> String {
        let Content::Text(text) = self else { return String::new() };
        text.split_off(text.trim_end().len())
    }

    fn says_something(&self) -> bool {
        match self {
            Content::Text(text) | Content::Markdown(text) | Content::Block(text) => !text.is_empty(),
        }
    }

    fn write(&self, inline: &mut Inline) {
        match self {
            Content::Text(text) => inline.text(text),
            Content::Markdown(markdown) => inline.markdown(markdown),
            Content::Block(markdown) => inline.block(markdown),
        }
    }
}
