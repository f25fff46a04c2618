//! JSON as it is printed.

use std::fmt::Write;

use serde_json::Value;

use super::safe::acts;

/// A value as JSON, on one line or, for people, on several. What a terminal acts on is written as an escape, which any reader of JSON takes
/// for the same.
#[must_use]
pub fn written(value: &Value, on_lines: bool) -> String {
    let text = if on_lines { format!("{value:#}") } else { value.to_string() };
    if !text.chars().any(|c| acts(c) && c != '\n') {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        // Outside of strings JSON has no such characters; line ends are those between the lines.
        if acts(c) && c != '\n' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // A String takes everything.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_escaped_and_reads_back() {
        let value = json!({ "a\u{9b}": "\u{1b}[2J\u{7f}\u{202e}\u{e0041}\n" });
        for on_lines in [false, true] {
            let text = written(&value, on_lines);
            assert!(!text.chars().any(|c| acts(c) && c != '\n'), "{text:?}");
            assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
        }
    }
}
