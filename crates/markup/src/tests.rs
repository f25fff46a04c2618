//! MP-T1 to MP-T10, MD-T1 to MD-T15, and what hostile text must not do.

use std::time::{Duration, Instant};

use ajet_protocol::{ChannelId, Mention, MentionType, RoleId, UserId, limits};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{Names, NoNames, compose, fill, mentions, preview, to_ansi, to_html};

const ANN: &str = "550e8400-e29b-41d4-a716-446655440000";
const BOB: &str = "550e8400-e29b-41d4-a716-446655440001";
const GENERAL: &str = "650e8400-e29b-41d4-a716-446655440000";

struct Cast;

impl Names for Cast {
    fn user(&self, id: UserId) -> Option<&str> {
        (id.to_string() == ANN).then_some("alice")
    }
    fn channel(&self, id: ChannelId) -> Option<&str> {
        (id.to_string() == GENERAL).then_some("general")
    }
    fn role(&self, id: RoleId) -> Option<&str> {
        (id.to_string() == ANN).then_some("crew")
    }
}

fn html(text: &str) -> String {
    to_html(text, &Cast)
}

fn user(id: &str) -> Mention {
    Mention { kind: MentionType::User, target_id: Uuid::parse_str(id).ok() }
}

fn channel(id: &str) -> Mention {
    Mention { kind: MentionType::Channel, target_id: Uuid::parse_str(id).ok() }
}

const HERE: Mention = Mention { kind: MentionType::Here, target_id: None };

#[test]
fn mp_t1_single_user_mention() {
    assert_eq!(mentions(&format!("hello @<user:{ANN}>")), [user(ANN)]);
}

#[test]
fn sc_t8_mention_storage_format() {
    let found = mentions(&format!("@<user:{ANN}>"));
    assert_eq!((found[0].kind, found[0].target_id), (MentionType::User, Uuid::parse_str(ANN).ok()));
}

#[test]
fn mp_t2_multiple_user_mentions() {
    assert_eq!(
        mentions(&format!("@<user:{ANN}> and @<user:{BOB}> and @<user:{ANN}>")),
        [user(ANN), user(BOB)]
    );
}

#[test]
fn mp_t3_here() {
    assert_eq!(mentions("@<here> look at this"), [HERE]);
}

#[test]
fn mp_t4_channel_link() {
    assert_eq!(mentions(&format!("see #<channel:{GENERAL}>")), [channel(GENERAL)]);
}

#[test]
fn mp_t5_mixed_mentions() {
    let text = format!("#<channel:{GENERAL}> @<here> **@<user:{ANN}>**");
    assert_eq!(mentions(&text), [channel(GENERAL), HERE, user(ANN)]);
}

#[test]
fn mp_t6_no_mentions() {
    for text in
        ["just a normal message", "@alice", "@<user:abc>", "a < b", "@<user:", "@<here", "#<channel:>"]
    {
        assert_eq!(mentions(text), [], "{text:?}");
    }
}

#[test]
fn mp_t7_mentions_inside_code_are_text() {
    let inline = format!("`@<user:{ANN}>`");
    let block = format!("```\n@<user:{ANN}> @<here>\n```");
    for text in [&inline, &block] {
        assert_eq!(mentions(text), [], "{text:?}");
        assert!(html(text).contains(&format!("@&lt;user:{ANN}&gt;")), "{}", html(text));
    }
}

#[test]
fn mp_t8_render_user_mention() {
    assert_eq!(html(&format!("hi @<user:{ANN}>!")), r#"<p>hi <span class="mention">@alice</span>!</p>"#);
}

#[test]
fn mp_t9_render_channel_link() {
    assert_eq!(html(&format!("#<channel:{GENERAL}>")), r#"<p><span class="mention">#general</span></p>"#);
}

#[test]
fn mp_t10_render_unknown_user() {
    assert!(html(&format!("@<user:{BOB}>")).contains("@unknown-user"));
    let hidden = html(&format!("#<channel:{BOB}>"));
    assert!(hidden.contains("#private-channel"), "a channel the reader may not know shows no name: {hidden}");
}

#[test]
fn a_preview_is_plain_with_names_and_covers_spoilers() {
    for (text, shown) in [
        (format!("hi @<user:{ANN}>, **see** #<channel:{GENERAL}> `x`"), "hi @alice, see #general x"),
        (format!("@<user:{BOB}> #<channel:{BOB}> @<here>"), "@unknown-user #private-channel @here"),
        (format!("it was ||the **butler** @<user:{ANN}>|| again"), "it was … again"),
        ("one\n\n1. two".to_owned(), "one\n1. two"),
    ] {
        assert_eq!(preview(&text, &Cast, 200), shown, "{text:?}");
    }
    assert_eq!(preview("äöü", &Cast, 2), "äö");
    assert_eq!(preview("", &Cast, 2), "");
}

#[test]
fn md_t1_bold() {
    assert_eq!(html("**bold**"), "<p><strong>bold</strong></p>");
}

#[test]
fn md_t2_italic() {
    assert_eq!(html("*italic*"), "<p><em>italic</em></p>");
    assert_eq!(html("_italic_"), "<p><em>italic</em></p>");
}

#[test]
fn md_t3_strikethrough() {
    assert_eq!(html("~~strike~~"), "<p><del>strike</del></p>");
}

#[test]
fn md_t4_underline() {
    assert_eq!(html("__underline__"), "<p><u>underline</u></p>");
}

#[test]
fn md_t5_inline_code() {
    assert_eq!(html("`code <b>`"), "<p><code>code &lt;b&gt;</code></p>");
}

#[test]
fn md_t6_fenced_code_block() {
    let plain = html("```text\nlet x = 1;\n```");
    assert_eq!(plain, "<pre><code class=\"language-text\">let x = 1;\n</code></pre>");
    let odd = html("```\"><script>\nx\n```");
    assert_eq!(odd, "<pre><code>&quot;&gt;&lt;script&gt;\nx\n</code></pre>", "an odd language is no class");
}

#[test]
fn md_t7_spoiler() {
    assert_eq!(html("||spoiler||"), r#"<p><span class="spoiler">spoiler</span></p>"#);
}

#[test]
fn nothing_typed_is_lost() {
    for text in ["|a|", "a | b", "|", "x||y", "_ _", "**", "a_b"] {
        assert_eq!(html(text).replace("<p>", "").replace("</p>", ""), text, "{text:?}");
    }
}

#[test]
fn md_t8_block_quote() {
    assert_eq!(html("> quote"), "<blockquote><p>quote</p></blockquote>");
}

#[test]
fn md_t9_auto_link() {
    let link = html("see https://example.com/a?b=1&c=2 now");
    assert!(
        link.contains(r#"<a href="https://example.com/a?b=1&amp;c=2" rel="nofollow noopener noreferrer">"#),
        "{link}"
    );
    let named = html("[site](https://example.com)");
    assert!(named.contains(r#">site</a>"#), "{named}");
}

#[test]
fn md_t10_nested_formatting() {
    assert_eq!(html("**bold and *italic***"), "<p><strong>bold and <em>italic</em></strong></p>");
}

#[test]
fn md_t11_xss_is_escaped() {
    let page = html("<script>alert(1)</script>");
    assert!(!page.contains("<script"), "{page}");
    assert!(page.contains("&lt;script&gt;"), "{page}");
}

#[test]
fn md_t12_emoji_shortcode() {
    assert_eq!(html(":smile:"), "<p>😄</p>");
    assert_eq!(html(":no-such-emoji:"), "<p>:no-such-emoji:</p>");
}

#[test]
fn md_t13_ansi() {
    assert_eq!(to_ansi("**bold**", &Cast, 80), "\x1b[1mbold\x1b[0m");
    assert_eq!(to_ansi("**a *b* c**", &Cast, 80), "\x1b[1ma \x1b[3mb\x1b[0m\x1b[1m c\x1b[0m");
    let mention = to_ansi(&format!("@<user:{ANN}> > #<channel:{GENERAL}>"), &Cast, 80);
    assert!(mention.contains("@alice") && mention.contains("#general"), "{mention:?}");
}

#[test]
fn md_t14_ansi_code_block_has_a_box() {
    let block = to_ansi("```rust\nlet x = 1;\n```", &Cast, 20);
    let lines: Vec<_> = block.lines().collect();
    assert!(lines[0].starts_with("┌─rust") && lines[0].ends_with('┐'), "{block}");
    assert!(lines[1].starts_with("│ ") && lines[1].contains("let"), "{block}");
    assert!(lines[2].starts_with('└') && lines[2].ends_with('┘'), "{block}");
    assert_eq!(lines[0].chars().count(), lines[2].chars().count());
}

#[test]
fn md_t15_markdown_leaves_mentions_to_placeholders() {
    let composed = compose(&format!("@<user:{ANN}> **x**"));
    assert_eq!(composed.html, format!("<p><m u {ANN}> <strong>x</strong></p>"));
    assert_eq!(composed.mentions, [user(ANN)]);
}

#[test]
fn lists_headings_and_breaks() {
    assert_eq!(html("# a\n\n- b\n- c"), "<h1>a</h1><ul><li><p>b</p></li><li><p>c</p></li></ul>");
    assert_eq!(html("a\nb"), "<p>a<br>b</p>");
    assert_eq!(html("###### deep"), "<h3>deep</h3>");
    assert_eq!(to_ansi("1. a\n2. b", &Cast, 80), "1. a\n2. b");
    assert_eq!(to_ansi("> a\n> b\n\nc", &Cast, 80), "│ a\n│ b\nc");
}

#[test]
fn links_go_only_where_they_may() {
    for url in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "&#106;avascript:alert(1)",
        "java\tscript:x",
        "\\\\evil.example",
    ] {
        let page = html(&format!("[x](<{url}>)"));
        assert!(!page.contains("href"), "{url:?} gave {page}");
    }
    for url in ["https://a.example", "mailto:a@b.example", "/c/general", "#top"] {
        assert!(html(&format!("[x]({url})")).contains("href"), "{url:?}");
    }
}

#[test]
fn nobody_forges_a_placeholder() {
    let forged = html(&format!("<m u {ANN}> \u{F0000} @<here>"));
    assert!(!forged.contains("alice"), "{forged}");
    assert_eq!(forged.matches("@here").count(), 1, "{forged}");
}

#[test]
fn terminals_show_lines_in_their_own_order() {
    assert_eq!(to_ansi("a\u{202e}b\u{2066}c\u{200f}d", &NoNames, 40), "abc\u{200f}d");
}

#[test]
fn terminals_get_no_control_character() {
    let shown = to_ansi("a\x1b[2Jb\x07\u{9b}31m `c\x1bd`\n```\n\x1b]0;x\x07\n```", &NoNames, 40);
    let bare = shown.replace("\x1b[36m", "").replace("\x1b[0m", "");
    assert!(!bare.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
}

/// A control character that HTML must not hold: any but LF and TAB.
fn stray(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
}

#[test]
fn html_has_no_control_character() {
    assert_eq!(html("hi&#13;\u{1b}[2J"), "<p>hi&amp;#13;[2J</p>", "an entity is text");
    assert!(!html("[x](https://a.example/\u{85}b)").contains(">x</a>"));
    assert_eq!(html("`a\u{1b}b`"), "<p><code>ab</code></p>");
    assert!(html("```rust\nlet\u{7}\u{85} x\n```").contains("let  x"));
    struct Bell;
    impl Names for Bell {
        fn user(&self, _: UserId) -> Option<&str> {
            Some("ding\u{7}\r")
        }
        fn channel(&self, _: ChannelId) -> Option<&str> {
            None
        }
        fn role(&self, _: RoleId) -> Option<&str> {
            None
        }
    }
    assert_eq!(
        fill(&compose(&format!("@<user:{ANN}>")).html, &Bell),
        r#"<p><span class="mention">@ding</span></p>"#
    );
}

#[test]
fn all_line_ends_are_one() {
    assert_eq!(html("a\r\nb\rc\nd"), "<p>a<br>b<br>c<br>d</p>");
    let code = "<pre><code class=\"language-text\">\ta\nb\nc\n</code></pre>";
    assert_eq!(html("```text\r\n\ta\r\nb\rc\r\n```"), code);
    assert_eq!(to_ansi("a\rb", &NoNames, 40), "a\nb");
}

/// Texts that mix marks, entities of control characters and the characters themselves.
fn hostile() -> impl Strategy<Value = String> {
    let marks = [
        "`", "``", "```", "rust\n", "\n", "\r", "\r\n", "\t", "    ", "[x](", "[x](<", ")", ">)", "<", ">",
        "*", "||", "> ", "- ", "# ", "&Tab;", ":smile:", "x", " ",
    ];
    let piece = prop_oneof![
        4 => prop::sample::select(marks.to_vec()).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["<https://a.b/", "https://a.b/", "&NewLine;"]).prop_map(str::to_owned),
        3 => (0_u32..160).prop_map(|code| format!("&#{code};")),
        1 => (0_u32..160).prop_map(|code| format!("&#x{code:x};")),
        2 => prop::char::range('\0', '\u{a0}').prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_renders_to_a_control_character(text in hostile()) {
        let page = to_html(&text, &Cast);
        prop_assert!(!page.chars().any(stray), "{page:?}");
        let styled = to_ansi(&text, &Cast, 40);
        // What remains of ESC starts the styles that we set.
        let bare = styled.replace("\x1b[", "");
        prop_assert!(!bare.chars().any(|c| c.is_control() && c != '\n'), "{styled:?}");
    }
}

/// Every tag that comes out is one of the allow-list, with attributes of the allow-list.
fn only_allowed(page: &str) {
    let allowed = regex_lite(page);
    assert!(allowed.is_empty(), "not allowed: {allowed:?}");
}

fn regex_lite(page: &str) -> Vec<String> {
    const PLAIN: [&str; 16] = [
        "p",
        "br",
        "strong",
        "em",
        "del",
        "u",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "h3",
        "a",
    ];
    page.split('<')
        .skip(1)
        .filter_map(|part| part.split_once('>').map(|(tag, _)| tag.to_owned()))
        .filter(|tag| {
            let name = tag.trim_start_matches('/');
            let link =
                name.starts_with(r#"a href=""#) && name.ends_with(r#"" rel="nofollow noopener noreferrer""#);
            let span = name == "span" || (name.starts_with(r#"span class=""#) && name.ends_with('"'));
            !PLAIN.contains(&name) && !link && !span
        })
        .collect()
}

#[test]
fn hostile_text_stays_linear_small_and_within_the_allow_list() {
    let seeds = [
        ">",
        "*",
        "_",
        "[",
        "](",
        "![",
        "`",
        "||",
        "~~",
        "- ",
        "> - ",
        "<",
        "&",
        "\"",
        "**a ",
        "@<here>",
        "[a](b",
        "*_~",
        "\n",
        "#",
        "1. ",
        "http://a.b ",
        "<a href=",
        ":smile:",
        "\\",
        "a_b*",
        "[[",
        "<!--",
        "```\n",
        "1 \"",
        "|| **",
        "😀",
        "www.a.b/(",
        "\t",
        "    x\n",
        "_*",
        "a@b.co ",
        "<https://a.b>",
        "[x]: y\n",
        "[x]",
        "=\n",
    ];
    let started = Instant::now();
    for seed in seeds {
        let text: String = seed.chars().cycle().take(limits::BODY_CHARS).collect();
        let page = to_html(&text, &NoNames);
        assert!(page.len() <= limits::HTML_BYTES, "{seed:?} grew to {} bytes", page.len());
        only_allowed(&page);
        let shown = to_ansi(&text, &NoNames, 80).len();
        // A code block of one line is a box of three lines, each as wide as the terminal.
        assert!(shown <= 100 * limits::BODY_CHARS, "{seed:?} grew to {shown} bytes in a terminal");
    }
    let code: String = "```rust\n".chars().chain("1 ".chars().cycle()).take(limits::BODY_CHARS).collect();
    assert!(to_html(&code, &NoNames).len() <= limits::HTML_BYTES);
    // Quadratic work on any of these would take minutes; the bound is for a debug build on a busy machine.
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
}

#[test]
fn quotes_and_lists_nest_to_a_limit_and_lose_no_text() {
    for (mark, tag) in [("> ", "<blockquote>"), ("- ", "<ul>"), ("> 1. ", "<ol>")] {
        let page = to_html(&format!("{}deep **down**", mark.repeat(90)), &NoNames);
        let open = page.matches("<blockquote>").count()
            + page.matches("<ul>").count()
            + page.matches("<ol>").count();
        assert!(open == 20 && page.contains(tag), "{mark:?} gives {open} levels");
        assert!(page.contains("deep <strong>down</strong>"), "{page}");
        assert_eq!(page.matches("<li>").count(), page.matches("</li>").count());
    }
}
