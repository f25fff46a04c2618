//! The shape rules of what people type, each once; requests name them in their `validate` attributes.
//!
//! A rule looks at shape alone. Whether the caller may do it, or the thing is there, is the domain's matter.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use url::{Host, Url};
use validator::{ValidateEmail, ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::{FieldError, limits};

type Rule = Result<(), ValidationError>;

fn broken(code: &'static str, message: impl Into<Cow<'static, str>>) -> ValidationError {
    ValidationError::new(code).with_message(message.into())
}

/// Where an error of [`of_fields`] keeps the names.
const FIELDS: &str = "fields";
/// The name under which `validator` files what a rule finds about a whole struct. No request has such a field.
const WHOLE: &str = "__all__";
/// What an error about a whole request names.
const REQUEST: &str = "body";

/// What a rule about a whole struct finds: each of these fields is named, with the same code and message.
#[must_use]
pub fn of_fields(
    fields: &[&'static str],
    code: &'static str,
    message: impl Into<Cow<'static, str>>,
) -> ValidationError {
    let mut error = broken(code, message);
    error.add_param(Cow::Borrowed(FIELDS), &fields);
    error
}

fn sized(text: &str, least: usize, most: usize) -> Rule {
    let chars = text.chars().count();
    if chars < least {
        return Err(broken("too_short", format!("needs at least {least} characters")));
    }
    if chars > most {
        return Err(broken("too_long", format!("has {chars} characters; {most} at most")));
    }
    Ok(())
}

fn printable(text: &str) -> Rule {
    let (mut stacked, mut in_flag) = (0, false);
    for c in text.chars() {
        // The flags of England, Scotland and Wales are a black flag followed by tags.
        let tags = in_flag && matches!(c, '\u{e0020}'..='\u{e007f}');
        in_flag = tags || c == '\u{1f3f4}';
        if !tags && (c.is_control() || is_bidi_control(c) || is_invisible(c)) {
            return Err(broken("control_character", "holds a control character or an invisible one"));
        }
        stacked = if is_combining_mark(c) { stacked + 1 } else { 0 };
        if stacked > limits::STACKED_MARKS {
            return Err(broken("stacked_marks", "stacks marks on one letter that reach into other lines"));
        }
    }
    Ok(())
}

/// Marks that reorder the text around them, and so can make one name look like another.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters that show nothing and change nothing around them. The joiners U+200C and U+200D and the variation selectors
/// are none of them: Persian and emoji are written with those.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00ad}' | '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}' | '\u{200b}'
            | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a character is seen by itself.
#[must_use]
pub fn is_visible(c: char) -> bool {
    let joins = matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    !(c.is_whitespace()
        || c.is_control()
        || joins
        || is_bidi_control(c)
        || is_invisible(c)
        || is_combining_mark(c))
}

/// A name: 1 to 80 printable characters, one of them visible by itself.
pub fn name(text: &str) -> Rule {
    line(text, limits::NAME_CHARS)
}

/// A poll's question: 1 to 300 printable characters, one of them visible by itself.
pub fn poll_question(text: &str) -> Rule {
    line(text, limits::POLL_QUESTION_CHARS)
}

/// An option of a poll: 1 to 100 printable characters, one of them visible by itself.
pub fn poll_option(text: &str) -> Rule {
    line(text, limits::POLL_OPTION_CHARS)
}

fn line(text: &str, most: usize) -> Rule {
    sized(text, 1, most)?;
    printable(text)?;
    if text.chars().any(is_visible) { Ok(()) } else { Err(broken("blank", "shows nothing")) }
}

/// What a member is called in a community: a name, or nothing.
pub fn nickname(text: &str) -> Rule {
    if text.is_empty() { Ok(()) } else { name(text) }
}

/// A user name: letters, digits, `.`, `_` and `-`.
pub fn username(text: &str) -> Rule {
    sized(text, 1, limits::USERNAME_CHARS)?;
    if text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
        return Ok(());
    }
    Err(broken("bad_format", "may hold only letters, digits, '.', '_' and '-'"))
}

/// A topic or status: at most 500 printable characters.
pub fn topic(text: &str) -> Rule {
    sized(text, 0, limits::TOPIC_CHARS)?;
    printable(text)
}

/// A message body: 1 to 4000 characters; NUL, which PostgreSQL can't store, is refused.
pub fn body(text: &str) -> Rule {
    sized(text, 1, limits::BODY_CHARS)?;
    if text.contains('\0') {
        return Err(broken("control_character", "holds a NUL character"));
    }
    Ok(())
}

/// A message body, or nothing.
pub fn body_or_none(text: &str) -> Rule {
    if text.is_empty() { Ok(()) } else { body(text) }
}

/// A community's slug: `[a-z0-9-]+`, 2 to 40 characters.
pub fn slug(text: &str) -> Rule {
    if !text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        return Err(broken("bad_format", "may hold only a-z, 0-9 and '-'"));
    }
    sized(text, *limits::SLUG_CHARS.start(), *limits::SLUG_CHARS.end())
}

/// The name of a slash command: `[a-z0-9_-]+`, 1 to 32 characters.
pub fn command_name(text: &str) -> Rule {
    sized(text, 1, limits::COMMAND_NAME_CHARS)?;
    if text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-') {
        return Ok(());
    }
    Err(broken("bad_format", "may hold only a-z, 0-9, '_' and '-'"))
}

/// A `client_mutation_id`: 1 to 64 printable characters.
pub fn idempotency_key(text: &str) -> Rule {
    let chars = text.chars().count();
    if chars == 0 || chars > limits::IDEMPOTENCY_KEY_CHARS {
        return Err(broken("bad_length", "needs 1 to 64 characters"));
    }
    if text.contains('\0') {
        return Err(broken("control_character", "holds a NUL character"));
    }
    Ok(())
}

/// A web address: http or https with a host, and nothing that a browser would have to guess or to leave out.
pub fn web_url(text: &str) -> Rule {
    sized(text, 1, limits::URL_CHARS)?;
    let spaced = text.chars().any(|c| c.is_whitespace() || c.is_control());
    if !spaced && is_web_url(text) {
        return Ok(());
    }
    Err(broken("bad_format", "must be an http or https address"))
}

/// A web address, or nothing.
pub fn web_url_or_none(text: &str) -> Rule {
    if text.is_empty() { Ok(()) } else { web_url(text) }
}

/// Browsers, and the parser, overlook missing and additional slashes: here they must be as they should. What may stand
/// before an `@` is a name or a password, which belongs into no address that others see. A backslash is a slash to some readers only
/// (RFC 3986 has none).
fn is_web_url(text: &str) -> bool {
    if text.split(['?', '#']).next().is_some_and(|before| before.contains('\\')) {
        return false;
    }
    let authority = text.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
    let is_plain = authority.is_some_and(|authority| !authority.is_empty() && !authority.contains('@'));
    let Ok(url) = Url::parse(text) else { return false };
    is_plain && matches!(url.scheme(), "http" | "https") && url.host().is_some_and(|host| is_host(&host))
}

/// The parser lets a name hold what no name of the DNS holds, quotes for instance.
fn is_host(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            name.bytes().all(known) && name.bytes().any(|byte| byte.is_ascii_alphanumeric())
        }
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    }
}

/// An e-mail address.
pub fn email(text: &str) -> Rule {
    if text.validate_email() { Ok(()) } else { Err(broken("bad_format", "is not an e-mail address")) }
}

/// The domain of e-mail addresses: labels of a-z, 0-9 and `-` between dots, two of them at least.
pub fn domain(text: &str) -> Rule {
    sized(text, 1, limits::DOMAIN_CHARS)?;
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(known)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.contains('.') && text.split('.').all(is_label) {
        return Ok(());
    }
    Err(broken("bad_format", "must be a domain in lower case, such as example.org"))
}

/// A place in an order: 0 or more.
pub fn position(place: i64) -> Rule {
    if (0..=i64::from(i32::MAX)).contains(&place) {
        return Ok(());
    }
    Err(broken("out_of_range", "must be between 0 and 2147483647"))
}

/// A count that must be at least one.
pub fn at_least_one(count: i64) -> Rule {
    if !(1..=i64::from(i32::MAX)).contains(&count) {
        return Err(broken("out_of_range", "must be between 1 and 2147483647"));
    }
    Ok(())
}

/// How high a custom role stands: 0 to 1000.
pub fn role_position(position: i64) -> Rule {
    if !(0..=limits::ROLE_POSITION).contains(&position) {
        return Err(broken("out_of_range", "must be between 0 and 1000"));
    }
    Ok(())
}

/// A time in seconds: at least one, at most 100 years.
pub fn seconds(count: i64) -> Rule {
    if !(1..=limits::MUTE_SECONDS).contains(&count) {
        return Err(broken("out_of_range", "must be at least 1 and at most 100 years"));
    }
    Ok(())
}

/// How many messages a purge deletes.
pub fn purge_count(count: i64) -> Rule {
    if !(1..=limits::PURGED).contains(&count) {
        return Err(broken("out_of_range", "must be between 1 and 100"));
    }
    Ok(())
}

/// A pause between messages, in seconds.
pub fn slow_seconds(seconds: i64) -> Rule {
    if !(0..=limits::SLOW_MODE_SECONDS).contains(&seconds) {
        return Err(broken("out_of_range", "must be between 0 and 21600"));
    }
    Ok(())
}

/// Flattens a validation report into the list of the problem document.
#[must_use]
pub fn field_errors(report: &ValidationErrors) -> Vec<FieldError> {
    let mut list = Vec::new();
    collect(report, "", &mut list);
    list.sort_by(|a, b| a.field.cmp(&b.field));
    list
}

fn collect(report: &ValidationErrors, prefix: &str, list: &mut Vec<FieldError>) {
    for (field, kind) in report.errors() {
        let path = below(prefix, field);
        match kind {
            ValidationErrorsKind::Field(errors) => {
                for error in errors {
                    let names = if field == WHOLE { named_by(error, prefix) } else { vec![path.clone()] };
                    list.extend(names.into_iter().map(|name| field_error(name, error)));
                }
            }
            ValidationErrorsKind::Struct(inner) => collect(inner, &path, list),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    collect(inner, &format!("{path}[{index}]"), list);
                }
            }
        }
    }
}

fn below(prefix: &str, field: &str) -> String {
    if prefix.is_empty() { field.to_owned() } else { format!("{prefix}.{field}") }
}

fn field_error(field: String, error: &ValidationError) -> FieldError {
    let message = error.message.as_deref().unwrap_or("is not valid").to_owned();
    FieldError { field, code: error.code.to_string(), message }
}

/// The fields that an error about a whole struct is about: those that its rule named, or else the struct itself.
fn named_by(error: &ValidationError, prefix: &str) -> Vec<String> {
    let named = error.params.get(FIELDS).and_then(|fields| fields.as_array()).into_iter().flatten();
    let mut names: Vec<String> =
        named.filter_map(|name| name.as_str()).map(|name| below(prefix, name)).collect();
    if names.is_empty() {
        names.push(if prefix.is_empty() { REQUEST.to_owned() } else { prefix.to_owned() });
    }
    names
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn about_the_whole() -> ValidationErrors {
        let mut report = ValidationErrors::new();
        report.add(WHOLE, broken("never", "does not do"));
        report
    }

    #[test]
    fn an_error_about_a_whole_struct_names_what_clients_know() {
        let names = |report: &ValidationErrors| -> Vec<String> {
            field_errors(report).into_iter().map(|error| error.field).collect()
        };
        assert_eq!(names(&about_the_whole()), ["body"]);
        let mut outer = ValidationErrors::new();
        outer.merge_self("inner", Err(about_the_whole()));
        let many = BTreeMap::from([(1, Box::new(about_the_whole()))]);
        outer.errors_mut().insert("many".into(), ValidationErrorsKind::List(many));
        outer.add(WHOLE, of_fields(&["to", "from"], "exclusive", "exclude each other"));
        assert_eq!(names(&outer), ["from", "inner", "many[1]", "to"]);
    }

    #[test]
    fn flags_are_names_and_tags_without_one_are_not() {
        assert!(name("🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}").is_ok(), "England");
        assert!(name("🏴‍☠️ pirates").is_ok());
        for bad in ["a\u{e0067}", "🏴x\u{e0067}", "\u{e007f}"] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }
}
