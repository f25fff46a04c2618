//! Multipart forms (RFC 7578, RFC 2046): the name, the file name and the bytes of each part.
//!
//! One pass over the lines of the body. Lines may end at LF alone, and the closing boundary may be missing: what has
//! arrived is shown. A form without a boundary, or with too long headers, is refused; parts beyond the limit are left out.

use crate::Refusal;

/// Parts of one form at most.
const PARTS: usize = 100;
/// Bytes of the headers of one part at most.
const HEADER_BYTES: usize = 8 * 1024;
/// Bytes of a boundary at most; RFC 2046 allows 70.
const BOUNDARY_BYTES: usize = 200;

/// A part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'a> {
    /// The name of the field; empty if the part has none.
    pub name: String,
    /// The name of the file, if the part is one.
    pub file: Option<String>,
    pub value: &'a [u8],
}

/// The parts of a body, in order.
///
/// # Errors
///
/// A body or a content type without a boundary, and headers that are too long or have no end.
pub fn parts<'a>(content_type: &str, body: &'a [u8]) -> Result<Vec<Part<'a>>, Refusal> {
    let boundary = parameter(&parameters(content_type), "boundary")
        .filter(|boundary| (1..=BOUNDARY_BYTES).contains(&boundary.len()))
        .ok_or_else(|| malformed("the content type names no boundary of a multipart form"))?;
    let mut parts = Vec::new();
    let (mut open, mut at, mut number) = (None, 0, 0);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        let Some(is_last) = delimiter(line, &boundary) else { continue };
        if let Some(from) = open {
            parts.extend(part(&body[from..start], number)?);
        }
        if is_last {
            return Ok(parts);
        }
        number += 1;
        if number > PARTS {
            return Ok(parts);
        }
        open = Some(at);
    }
    let from = open.ok_or_else(|| malformed("the body does not hold its boundary as a multipart form"))?;
    parts.extend(part(&body[from..], number)?);
    Ok(parts)
}

/// Whether a line is a boundary, and then whether it is the closing one.
fn delimiter(line: &[u8], boundary: &str) -> Option<bool> {
    match line.strip_prefix(b"--")?.strip_prefix(boundary.as_bytes())?.trim_ascii() {
        b"" => Some(false),
        b"--" => Some(true),
        _ => None,
    }
}

/// The part between two boundaries; none if it is empty or names neither a field nor a file.
fn part(bytes: &[u8], number: usize) -> Result<Option<Part<'_>>, Refusal> {
    if bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    let mut headers: Vec<String> = Vec::new();
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if line.trim_ascii().is_empty() {
            return Ok(named(&headers, without_line_end(&bytes[at..])));
        }
        if at > HEADER_BYTES {
            return Err(malformed(&format!("part {number} of the multipart form has too long headers")));
        }
        let text = String::from_utf8_lossy(line);
        match headers.last_mut() {
            // A line that begins with a blank goes on with the header before it.
            Some(header) if text.starts_with([' ', '\t']) => header.push_str(text.trim_end()),
            _ => headers.push(text.trim_end().to_owned()),
        }
    }
    Err(malformed(&format!("part {number} of the multipart form has no empty line behind its headers")))
}

/// A value without the line end that belongs to the boundary behind it.
fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

fn named<'a>(headers: &[String], value: &'a [u8]) -> Option<Part<'a>> {
    let disposition = headers.iter().find_map(|header| {
        let (name, value) = header.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let parameters = parameters(disposition);
    let name = parameter(&parameters, "name");
    let file = parameter(&parameters, "filename*")
        .and_then(|text| extended(&text))
        .or_else(|| parameter(&parameters, "filename").map(|text| browser_escapes(&text)))
        .filter(|file| !file.trim().is_empty());
    (name.is_some() || file.is_some()).then(|| Part { name: name.unwrap_or_default(), file, value })
}

/// The parameters of a header's value, their names in lower case.
fn parameters(value: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = value.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.rsplit(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let (text, behind) = parameter_value(after.trim_start());
        found.push((name, text));
        rest = behind;
    }
    found
}

fn parameter(parameters: &[(String, String)], name: &str) -> Option<String> {
    parameters.iter().find(|(one, _)| one == name).map(|(_, value)| value.clone())
}

/// The value that a text begins with, in quotes or not, and what follows it.
fn parameter_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            // Other backslashes are part of the name: clients on Windows send paths.
            '\\' => match chars.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                Some((_, escaped)) => value.push(escaped),
                None => value.push(c),
            },
            _ => value.push(c),
        }
    }
    (value, "")
}

/// The three characters that browsers percent-encode in a file name, decoded.
fn browser_escapes(text: &str) -> String {
    text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

/// The value of an extended parameter (RFC 8187): a character set, a language, and percent-encoded bytes.
fn extended(text: &str) -> Option<String> {
    let mut fields = text.splitn(3, '\'');
    let (charset, encoded) = (fields.next()?, fields.nth(1)?);
    let bytes = percent_decoded(encoded);
    if charset.eq_ignore_ascii_case("iso-8859-1") {
        return Some(bytes.into_iter().map(char::from).collect());
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (*byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

fn malformed(at: &str) -> Refusal {
    Refusal::Malformed { at: at.to_owned() }
}

#[cfg(test)]
#[path = "multipart_tests.rs"]
mod tests;
