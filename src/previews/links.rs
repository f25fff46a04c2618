//! The addresses that a message links to.

use url::Url;

/// The addresses of the web that a message's HTML links to, in their order, each once; those first `most`. What stands in a spoiler is
/// left out: its preview would tell it.
#[must_use]
pub fn addresses(html: &str, most: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // Of each element `span` that is open, whether it is a spoiler.
    let mut spans: Vec<bool> = Vec::new();
    for tag in tags(html) {
        if tag.starts_with("span") {
            spans.push(tag.contains("spoiler"));
        } else if tag == "/span" {
            spans.pop();
        } else if let Some(href) = tag.strip_prefix("a href=\"")
            && !spans.contains(&true)
        {
            let address = unescaped(href.split('"').next().unwrap_or_default());
            if found.len() < most && is_web(&address) && !found.contains(&address) {
                found.push(address);
            }
        }
    }
    found
}

/// What stands between `<` and `>`: rendered text has neither of them elsewhere.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag))
}

/// What the renderer of messages escapes (`ajet_markup`).
fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    // Behind the others, or what was typed as `&lt;` would become a bracket.
    plain.replace("&amp;", "&")
}

fn is_web(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| ["http", "https"].contains(&url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        addresses(&ajet_markup::compose(text).html, 3)
    }

    #[test]
    fn links_are_found_as_they_were_typed() {
        assert_eq!(
            of("see https://a.example/?b=1&c=2, [this](https://b.example/'x') and <http://c.example>"),
            ["https://a.example/?b=1&c=2", "https://b.example/'x'", "http://c.example"]
        );
        let escaped = r#"<p><a href="https://a.example/?q=&amp;lt;&#39;&lt;" rel="x">a</a></p>"#;
        assert_eq!(addresses(escaped, 1), ["https://a.example/?q=&lt;'<"]);
    }

    #[test]
    fn what_is_no_link_to_the_web_is_none() {
        for text in
            ["`https://a.example`", "```\nhttps://a.example\n```", "[a](/b)", "<mailto:a@b.example>", "a"]
        {
            assert!(of(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn each_stands_there_once_and_not_too_many_do() {
        let text =
            "https://a.example https://a.example https://b.example https://c.example https://d.example";
        assert_eq!(of(text), ["https://a.example", "https://b.example", "https://c.example"]);
    }

    #[test]
    fn a_spoiler_is_not_told() {
        assert!(of("||https://a.example @<here> https://b.example||").is_empty());
        assert_eq!(of("||hidden|| https://a.example"), ["https://a.example"]);
    }
}
