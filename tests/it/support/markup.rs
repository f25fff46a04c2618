//! What a reader sees of HTML.

/// The text that a reader sees of some HTML: each block and each line on a line of its own, blank ones left out.
pub fn seen(page: &str) -> String {
    let (mut out, mut rest) = (String::new(), page);
    while let Some((text, behind)) = rest.split_once('<') {
        let (tag, after) = behind.split_once('>').unwrap_or((behind, ""));
        out.push_str(text);
        if ["br", "/p", "/li", "/pre", "/h1", "/h2", "/h3"].contains(&tag) {
            out.push('\n');
        }
        rest = after;
    }
    out.push_str(rest);
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    let text = pairs.iter().fold(out, |text, (entity, c)| text.replace(entity, c)).replace('\u{2060}', "");
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
