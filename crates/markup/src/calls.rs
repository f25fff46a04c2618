//! Composed HTML in which a call of everybody (`@here`, `@channel`) calls no one: it reads as the text that it is.

use crate::html::{MENTION, MENTION_END, PLACEHOLDER};

/// Composed HTML without its calls; `filled`, if there is one, is the same HTML with its placeholders filled, and is returned without
/// them as well.
///
/// A filled placeholder is told from a call by its place: in both the mentions stand in one order, and a call is no placeholder in the
/// composed one. A person may be named `here`.
#[must_use]
pub fn without_calls(composed: &str, filled: Option<&str>) -> (String, Option<String>) {
    let calls: Vec<bool> = marks(composed).map(|(_, is_call)| is_call).collect();
    (uncalled(composed, &calls), filled.map(|filled| uncalled(filled, &calls)))
}

/// Where mentions begin, and whether each is shown already.
fn marks(html: &str) -> impl Iterator<Item = (usize, bool)> {
    html.match_indices('<').filter_map(|(at, _)| {
        let shown = html[at..].starts_with(MENTION);
        (shown || html[at..].starts_with(PLACEHOLDER)).then_some((at, shown))
    })
}

/// The HTML without the marks around those mentions that are calls.
fn uncalled(html: &str, calls: &[bool]) -> String {
    let (mut out, mut from) = (String::with_capacity(html.len()), 0);
    for ((at, shown), is_call) in marks(html).zip(calls) {
        let inside = at + MENTION.len();
        if let (true, true, Some(length)) = (shown, is_call, html[at..].find(MENTION_END)) {
            out.push_str(&html[from..at]);
            out.push_str(&html[inside..at + length]);
            from = at + length + MENTION_END.len();
        }
    }
    out.push_str(&html[from..]);
    out
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{ChannelId, RoleId, UserId};

    use super::*;
    use crate::{Names, compose, fill};

    const ID: &str = "00000000-0000-0000-0000-000000000007";

    /// Everybody and everything is called `here`.
    struct Here;

    impl Names for Here {
        fn user(&self, _: UserId) -> Option<&str> {
            Some("here")
        }
        fn channel(&self, _: ChannelId) -> Option<&str> {
            Some("here")
        }
        fn role(&self, _: RoleId) -> Option<&str> {
            Some("here")
        }
    }

    #[test]
    fn a_call_reads_as_text_and_all_else_stays() {
        let text = format!("@<here> **@<channel>** @<user:{ID}> `@<here>` #<channel:{ID}> @<here>");
        let composed = compose(&text).html;
        let filled = fill(&composed, &Here);
        let (template, shown) = without_calls(&composed, Some(&filled));
        let shown = shown.expect("was given");
        let (person, channel) =
            (r#"<span class="mention">@here</span>"#, r#"<span class="mention">#here</span>"#);
        let expected = format!(
            "<p>@here <strong>@channel</strong> {person} <code>@&lt;here&gt;</code> {channel} @here</p>"
        );
        assert_eq!(shown, expected);
        assert_eq!(fill(&template, &Here), shown, "what is stored shows the same");
    }

    #[test]
    fn what_calls_no_one_stays_as_it_is() {
        for text in ["hi", "<span class=\"mention\">@here</span>", "@here", "||@<x>||", ""] {
            let composed = compose(text).html;
            assert_eq!(without_calls(&composed, None), (composed.clone(), None), "{text}");
        }
    }
}
