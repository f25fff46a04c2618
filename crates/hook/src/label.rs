//! Text from elsewhere that has to stay on one line: titles, names, labels.

use crate::write::literal;

/// Markdown that shows exactly this text, its own lines joined by blanks.
#[must_use]
pub fn label(text: &str) -> String {
    literal(&one_line(text))
}

/// The lines of a text that are not blank, joined by blanks.
#[must_use]
pub fn one_line(text: &str) -> String {
    let lines = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn a_label_shows_itself_wherever_it_stands() {
        for text in [
            "- item", "5. five", "5.", "-", "> quote", "# head", "_a_", "*", "a\\", "~x~", "x", "`",
            ":tada:", "1.2.3", r"\- a", r"5\. a", r"a\-b", r"\d\.\d",
        ] {
            let shown = label(text);
            for (markdown, whole) in [
                (shown.clone(), text.to_owned()),
                (format!("x {shown} y"), format!("x {text} y")),
                (format!("**{shown}**"), text.to_owned()),
                (format!("[{shown}](<https://a.example>)"), text.to_owned()),
                (format!("- {shown}"), text.to_owned()),
            ] {
                assert_eq!(ajet_markup::visible(&markdown).replace('\u{2060}', ""), whole, "{markdown}");
            }
        }
        assert_eq!(label(" two \r\n\n lines "), "two lines");
    }
}
