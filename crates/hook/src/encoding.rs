//! The forms in which a payload arrives: JSON, an URL-encoded form, or a multipart form.
//!
//! Whatever the form is, it ends as one JSON object. Bytes and escapes that are no characters become U+FFFD: half an emoji
//! at a cut does not lose an alert.

use std::borrow::Cow;

use ajet_protocol::json;
use encoding_rs::Encoding;
use serde_json::{Map, Value};

use crate::{Arrived, Refusal, multipart};

/// A payload, whatever form it came in.
#[derive(Debug)]
pub struct Payload {
    /// An object.
    pub json: Value,
    /// The files that came with it.
    pub files: Vec<Uploaded>,
    /// Whether it came in a form that only clients of Discord send.
    pub is_discord_form: bool,
}

/// A file of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// The name of its field.
    pub field: String,
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The fields of a form that hold a whole payload.
const WHOLE: [&str; 2] = ["payload_json", "payload"];
/// The fields of a form that hold one field of a payload.
const PLAIN: [&str; 5] = ["content", "text", "username", "avatar_url", "icon_url"];

/// A field of a form.
struct Field<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, [u8]>,
}

/// Reads a body by its content type. A body that is a JSON object is taken as one whatever its type says: `curl -d` calls
/// every body a form.
///
/// # Errors
///
/// A body that holds no JSON object and no form of ours.
pub fn payload(arrived: &Arrived<'_>) -> Result<Payload, Refusal> {
    let media_type = arrived.content_type.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("multipart/form-data") {
        return multipart_form(arrived);
    }
    let body = &*in_utf8(arrived.content_type, arrived.body);
    let is_form =
        media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") && !looks_like_json(body);
    if is_form || WHOLE.iter().any(|name| begins_with_field(body, name)) {
        return url_encoded_form(body);
    }
    let json = object(body, "the body")?;
    Ok(Payload { json, files: Vec::new(), is_discord_form: false })
}

/// A text in UTF-8. One that is UTF-8 is taken as such whatever its type says: senders name a charset of their own and write
/// nothing but ASCII.
fn in_utf8<'a>(content_type: &str, text: &'a [u8]) -> Cow<'a, [u8]> {
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let charset = parameters.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let known = charset.and_then(|(_, label)| Encoding::for_label(label.trim().trim_matches('"').as_bytes()));
    match known {
        Some(encoding) if std::str::from_utf8(text).is_err() => {
            encoding.decode(text).0.into_owned().into_bytes().into()
        }
        _ => text.into(),
    }
}

fn looks_like_json(body: &[u8]) -> bool {
    matches!(without_mark(body).trim_ascii_start().first(), Some(b'{' | b'['))
}

fn begins_with_field(body: &[u8], name: &str) -> bool {
    body.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
}

/// A body without the byte order mark of UTF-8.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

fn url_encoded_form(body: &[u8]) -> Result<Payload, Refusal> {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_bytes(body).map_err(|_| malformed("the body is no URL-encoded form"))?;
    let fields = pairs
        .into_iter()
        .map(|(name, value)| Field { name: Cow::Owned(name), value: Cow::Owned(value.into_bytes()) })
        .collect();
    form(fields, Vec::new(), false)
}

/// Each field is read in the character set of the form, and files as they are.
fn multipart_form(arrived: &Arrived<'_>) -> Result<Payload, Refusal> {
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    for part in multipart::parts(arrived.content_type, arrived.body)? {
        match part.file {
            // A payload is a payload even if the client read it from a file.
            Some(name) if !WHOLE.contains(&part.name.as_str()) => {
                files.push(Uploaded { field: part.name, name, bytes: part.value.to_vec() });
            }
            _ => {
                let value = in_utf8(arrived.content_type, part.value);
                fields.push(Field { name: Cow::Owned(part.name), value });
            }
        }
    }
    form(fields, files, true)
}

/// The payload of a form: the one of the field that holds it whole, and the plain fields that it lacks.
fn form(fields: Vec<Field<'_>>, files: Vec<Uploaded>, is_multipart: bool) -> Result<Payload, Refusal> {
    let is_whole = |field: &&Field<'_>| WHOLE.contains(&&*field.name) && !field.value.trim_ascii().is_empty();
    let whole = fields.iter().find(is_whole);
    let mut json = match whole {
        Some(field) => object(&field.value, &format!("the form's field {}", field.name))?,
        None => Value::Object(Map::new()),
    };
    let is_discord_form = match whole {
        Some(field) => field.name == "payload_json",
        None => is_multipart && fields.iter().all(|field| field.name != "text"),
    };
    let plain: Vec<&Field<'_>> = fields.iter().filter(|field| PLAIN.contains(&&*field.name)).collect();
    if whole.is_none() && plain.is_empty() && files.is_empty() {
        return Err(malformed("the form has no field payload, payload_json, content or text"));
    }
    for field in plain {
        let name: &str = &field.name;
        if json[name].is_null() {
            json[name] = Value::String(String::from_utf8_lossy(&field.value).into_owned());
        }
    }
    Ok(Payload { json, files, is_discord_form })
}

/// Parses a JSON object; `place` is where it stands.
fn object(bytes: &[u8], place: &str) -> Result<Value, Refusal> {
    let mended = json::mended(without_mark(bytes));
    let text = String::from_utf8_lossy(&mended);
    if text.trim().is_empty() {
        return Err(malformed(&format!("{place} is empty")));
    }
    let value = parsed(&text).map_err(|error| malformed(&format!("{place} is no JSON: {error}")))?;
    let kind = match value {
        Value::Object(_) => return Ok(value),
        Value::Array(_) => "an array",
        Value::String(_) => "a string",
        Value::Number(_) => "a number",
        Value::Bool(_) => "a boolean",
        Value::Null => "null",
    };
    let before = &text[..text.len() - text.trim_start().len()];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Err(malformed(&format!("{place} is {kind}, not an object, at line {line} column {column}")))
}

/// Parses JSON. A number that is too great for a double becomes a string: it must not cost the whole payload.
fn parsed(text: &str) -> serde_json::Result<Value> {
    match serde_json::from_str(text) {
        Err(error) if error.to_string().starts_with("number out of range") => {
            serde_json::from_str(&with_great_numbers_quoted(text))
        }
        result => result,
    }
}

fn with_great_numbers_quoted(json: &str) -> String {
    let is_of_number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    let mut out = String::with_capacity(json.len() + 2);
    let mut rest = json;
    while let Some(c) = rest.chars().next() {
        let is_number = c == '-' || c.is_ascii_digit();
        let length = match c {
            '"' => string_length(rest),
            _ if is_number => rest.find(|c: char| !is_of_number(c)).unwrap_or(rest.len()),
            _ => c.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        let quote = if is_number && token.parse::<f64>().is_ok_and(f64::is_infinite) { "\"" } else { "" };
        out.extend([quote, token, quote]);
        rest = behind;
    }
    out
}

/// The length of the string that JSON begins with, with its quotes.
fn string_length(json: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in json.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    json.len()
}

fn malformed(at: &str) -> Refusal {
    Refusal::Malformed { at: at.to_owned() }
}

#[cfg(test)]
#[path = "encoding_tests.rs"]
mod tests;
