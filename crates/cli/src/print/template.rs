//! Templates of `--template`: text with the fields of a thing in it, `{{.author.username}}`.
//!
//! `\n`, `\t` and `\\` are a line end, a tab and a backslash. A field is named by its path in the JSON; a number takes an item of a list. What
//! is not there is empty. A template is put out for each item of a list.

use std::str::FromStr;

use serde_json::Value;

use super::safe;

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Field(Vec<String>),
}

/// A template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template(Vec<Part>);

impl FromStr for Template {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (field, next) =
                after.split_once("}}").ok_or("a field begins with {{ and does not end with }}")?;
            let path = field.trim().strip_prefix('.').ok_or("a field is written {{.name}}, with a dot")?;
            parts.push(Part::Text(unescaped(before)));
            parts.push(Part::Field(
                path.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            ));
            rest = next;
        }
        parts.push(Part::Text(unescaped(rest)));
        Ok(Self(parts))
    }
}

impl Template {
    /// What it makes of a thing. Without a line end of its own it gets one.
    #[must_use]
    pub fn filled(&self, thing: &Value) -> String {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Field(path) => out.push_str(&safe::lines(&text_of(found(thing, path)))),
            }
        }
        if !out.ends_with('\n') {
            out.push('\n');
        }
        out
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('\\') | None => out.push('\\'),
                Some(other) => out.extend(['\\', other]),
            },
            c => out.push(c),
        }
    }
    out
}

fn found<'a>(thing: &'a Value, path: &[String]) -> &'a Value {
    path.iter().fold(thing, |value, name| match value {
        Value::Array(items) => name.parse().ok().and_then(|at: usize| items.get(at)).unwrap_or(&Value::Null),
        other => other.get(name).unwrap_or(&Value::Null),
    })
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(template: &str, thing: &Value) -> String {
        template.parse::<Template>().expect("a template").filled(thing)
    }

    #[test]
    fn fields_are_found_by_their_paths() {
        let thing = json!({ "author": { "username": "ann" }, "n": 2, "list": ["a", "b"], "none": null });
        assert_eq!(filled("{{.author.username}}\\t{{.n}}", &thing), "ann\t2\n");
        assert_eq!(filled("{{ .list.1 }}{{.none}}{{.nothing.at.all}}\\n", &thing), "b\n");
        assert_eq!(filled("{{.}}", &json!("whole")), "whole\n");
    }

    #[test]
    fn what_is_no_template_is_said() {
        for wrong in ["{{.a", "{{a}}"] {
            assert!(wrong.parse::<Template>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn fields_bring_no_escape_sequences() {
        assert_eq!(filled("{{.name}}", &json!({ "name": "a\u{1b}[2J" })), "a\u{fffd}[2J\n");
    }
}
