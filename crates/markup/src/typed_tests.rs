//! What was typed never vanishes, and never becomes something else by accident.

use crate::{NoNames, shows, to_html, visible};

fn html(text: &str) -> String {
    to_html(text, &NoNames)
}

/// Texts in which no mark marks anything.
const PLAIN: &[&str] = &[
    "#",
    "+",
    ">",
    "-",
    "*",
    "1.",
    "##",
    "> ",
    "```",
    "````",
    "~~~",
    "---",
    "***",
    "___",
    "||",
    "||||",
    "****",
    "[",
    "]",
    "[]()",
    "[](https://a.example)",
    "[ ](https://a.example)",
    "|a|",
    "a | b",
    "x||y",
    "_ _",
    "**",
    "a_b",
    "if a || b || c",
    "x < 5",
    "a\n=",
    "Bob\n--",
    "regards\n--\nAnna",
    "a\n---",
    "[x]: y",
    "[redacted]: https://github.example/x/",
    "[todo]: buy-milk",
    "[^1]: note",
    "<soap:Envelope>",
    "Dear <name:first>,",
    "@<user:not>",
    "<b>x</b>",
    "<!-- x -->",
    "<a@b>",
    "</p>",
    "&nbsp;x",
    "&copy; &amp; &#65;",
    "007. bond",
    "1) one",
    "+ one",
    "####### seven",
    "#hash",
    ">quote",
    "-x",
    "1.5",
    "array[i](x)",
    "f[0](1, 2)",
    "2 * 3 * 4",
    "* * *",
    "- - -",
    "*/5 * * * *",
    "SELECT * FROM t",
    "snake_case_name",
    r"C:\new\dir",
    r"\\server\share",
    r"\d+\.\d+",
    r"¯\_(ツ)_/¯",
    "::1",
    "2001:db8:100::1",
    "b0:de:ad:4a:47:ce",
    "10:30:45",
    "std::man::x",
    ":no-such-emoji:",
    "a:100:b",
    "https://",
    "www.",
    "http://.",
    "    four blanks",
    "|| a",
    "a ||",
    "`",
    "``",
    "a ` b",
    "``a`",
    "-# small",
    "| a | b |\n|---|---|",
    "~5 and ~10",
    "a ~~ b",
    "__",
    "**a",
    "a**",
    "*a",
    "[a](b",
    "[a](vscode://file/x)",
    "[a](tel:+49123)",
    "[a](javascript:x)",
    "[a](//b)",
    "[a](https://b.example \"title\")",
    "![",
    "\u{feff}x",
];

#[test]
fn what_marks_nothing_is_text() {
    for text in PLAIN.iter().copied() {
        assert_eq!(visible(text).trim(), text.trim(), "{text:?} as {}", html(text));
        assert!(!html(text).contains("<h1>") && !html(text).contains("<h2>"), "{text:?}");
    }
}

#[test]
fn blocks_end_with_their_lines() {
    let cases = [
        ("> quote\nmy reply", "<blockquote><p>quote</p></blockquote><p>my reply</p>"),
        ("> a\n>\n> b\n>", "<blockquote><p>a</p><p>b</p></blockquote><p>&gt;</p>"),
        (">>> a\nb\n\nc", "<blockquote><p>a<br>b</p><p>c</p></blockquote>"),
        ("a\n> b", "<p>a</p><blockquote><p>b</p></blockquote>"),
        ("- a\ntext", "<ul><li><p>a</p></li></ul><p>text</p>"),
        ("- a\n  more\n\n  still", "<ul><li><p>a<br>more</p><p>still</p></li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("- a\n  - b\n- c", "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ul>"),
        ("1. a\n   - b", "<ol><li><p>a</p><ul><li><p>b</p></li></ul></li></ol>"),
        ("5. five", r#"<ol start="5"><li><p>five</p></li></ol>"#),
        ("1. a\n2. b", "<ol><li><p>a</p></li><li><p>b</p></li></ol>"),
        ("2. b\n1. a", r#"<ol start="2"><li><p>b</p></li></ol><ol><li><p>a</p></li></ol>"#),
        ("# a #\ntext", "<h1>a #</h1><p>text</p>"),
        ("text\n# a", "<p>text</p><h1>a</h1>"),
        ("    - a", "<ul><li><p>a</p></li></ul>"),
        ("- a\n\t- b", "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>"),
        ("```a``` > b", "<pre><code>a</code></pre><p>&gt; b</p>"),
        ("a\u{b}b\u{85}c\u{7}d", "<p>a b cd</p>"),
        ("a  \nb\\", "<p>a<br>b\\</p>"),
    ];
    for (text, page) in cases {
        assert_eq!(html(text), page, "{text:?}");
    }
}

#[test]
fn fences_hold_all_their_text() {
    let code = |language: &str, code: &str| match language {
        "" => format!("<pre><code>{code}</code></pre>"),
        language => format!(r#"<pre><code class="language-{language}">{code}</code></pre>"#),
    };
    let cases = [
        ("```line one\nline two```\nafter", code("", "line one\nline two") + "<p>after</p>"),
        ("```rust\nx\n```", code("rust", "x\n")),
        ("```c++ \nx\n```", code("c++", "x\n")),
        ("a ```b``` c", format!("<p>a</p>{}<p>c</p>", code("", "b"))),
        ("```\nopen", code("", "open")),
        ("a ```open", "<p>a ```open</p>".to_owned()),
        ("````\n```\n````", code("", "```\n")),
        ("```\n> a\n- b\n# c\n```", code("", "&gt; a\n- b\n# c\n")),
        ("> ```\n> a\n> ```\nb", format!("<blockquote>{}</blockquote><p>b</p>", code("", "a\n"))),
        ("- ```\n  a\n  ```\n- b", format!("<ul><li>{}</li><li><p>b</p></li></ul>", code("", "a\n"))),
        ("- ```\na\n```\nb", format!("<ul><li>{}</li></ul><p>b</p>", code("", "a\n"))),
        ("`a ``` b` c ```d```", format!("<p><code>a ``` b</code> c</p>{}", code("", "d"))),
        ("```rust,ignore\nx\n```", code("", "rust,ignore\nx\n")),
        ("```one", code("", "one")),
        ("```\n\n```", "<p>```</p><p>```</p>".to_owned()),
    ];
    for (text, page) in cases {
        assert_eq!(html(text), page, "{text:?}");
    }
}

#[test]
fn emphasis_reads_as_people_write_it() {
    let cases = [
        ("これは**「重要なこと」**です。", "<p>これは<strong>「重要なこと」</strong>です。</p>"),
        ("这是**我想做的事。**所以继续。", "<p>这是<strong>我想做的事。</strong>所以继续。</p>"),
        ("**스크립트(script)**라고", "<p><strong>스크립트(script)</strong>라고</p>"),
        ("これは_重要_です", "<p>これは<em>重要</em>です</p>"),
        ("имя_файла_лога", "<p>имя_файла_лога</p>"),
        ("**Note:**text", "<p><strong>Note:</strong>text</p>"),
        ("***both***", "<p><em><strong>both</strong></em></p>"),
        ("***a** b*", "<p><em><strong>a</strong> b</em></p>"),
        ("*a **b***", "<p><em>a <strong>b</strong></em></p>"),
        ("**a*", "<p>*<em>a</em></p>"),
        ("**bold *it** x*", "<p><strong>bold *it</strong> x*</p>"),
        ("*a **b* c**", "<p><em>a **b</em> c**</p>"),
        ("2**3*4", "<p>2**3*4</p>"),
        ("__a__ ~~b~~", "<p><u>a</u> <del>b</del></p>"),
        ("*a ~~b* c~~", "<p><em>a ~~b</em> c~~</p>"),
        (
            "*[a*](https://b.example)*",
            "<p><em><a href=\"https://b.example\" rel=\"nofollow noopener noreferrer\">a*</a></em></p>",
        ),
        (r"\*a\* \`b\` \\*c*", r"<p>*a* `b` \<em>c</em></p>"),
        ("**a\nb**", "<p><strong>a<br>b</strong></p>"),
    ];
    for (text, page) in cases {
        assert_eq!(html(text), page, "{text:?}");
    }
}

#[test]
fn spoilers_hide_what_is_between_their_marks() {
    let link = |url: &str| format!(r#"<a href="{url}" rel="nofollow noopener noreferrer">{url}</a>"#);
    let secret = link("https://x.example/secret");
    let cases = [
        ("||https://x.example/secret||", format!(r#"<p><span class="spoiler">{secret}</span></p>"#)),
        ("||see https://x.example/secret||", format!(r#"<p><span class="spoiler">see {secret}</span></p>"#)),
        (
            "||**a** `b`||",
            r#"<p><span class="spoiler"><strong>a</strong> <code>b</code></span></p>"#.to_owned(),
        ),
        ("|| a b ||", r#"<p><span class="spoiler"> a b </span></p>"#.to_owned()),
        (
            "||a\n\nb||",
            r#"<p><span class="spoiler">a</span></p><p><span class="spoiler">b</span></p>"#.to_owned(),
        ),
        (
            "||```\na\n```||\nb",
            r#"<span class="spoiler"><pre><code>a
</code></pre></span><p>b</p>"#
                .to_owned(),
        ),
        (
            "||a\n- b\n||",
            r#"<p><span class="spoiler">a</span></p><ul><li><p><span class="spoiler">b</span></p></li></ul>"#
                .to_owned(),
        ),
        ("|| a |\n| b |", "<p>|| a |<br>| b |</p>".to_owned()),
        ("||a||||b||", r#"<p><span class="spoiler">a</span><span class="spoiler">b</span></p>"#.to_owned()),
        ("**||a||**", r#"<p><strong><span class="spoiler">a</span></strong></p>"#.to_owned()),
    ];
    for (text, page) in cases {
        assert_eq!(html(text), page, "{text:?}");
    }
}

#[test]
fn addresses_end_where_they_end() {
    let cases = [
        ("https://x.example/a.", "https://x.example/a"),
        ("(https://x.example/a)", "https://x.example/a"),
        ("https://x.example/a_(b)", "https://x.example/a_(b)"),
        ("https://x.example/a。次", "https://x.example/a"),
        ("「https://x.example/a」", "https://x.example/a"),
        ("見てhttps://x.example/a、", "https://x.example/a"),
        ("https://ja.example/wiki/日本", "https://ja.example/wiki/日本"),
        ("**https://x.example/__init__.py**", "https://x.example/__init__.py"),
        ("<https://x.example/a>です", "https://x.example/a"),
        ("HTTPS://X.example", "HTTPS://X.example"),
        ("www.x.example/a,", ""),
        ("\"https://x.example/a\"", "https://x.example/a"),
        ("http://[2001:db8::1]:80/a", "http://[2001:db8::1]:80/a"),
        ("https://x.example/a?b=*c*&d", "https://x.example/a?b=*c*&d"),
        ("[a (b)](https://x.example/c_(d))", "https://x.example/c_(d)"),
        ("[a](<https://x.example/b c>)", "https://x.example/b"),
        ("[a](</c/general>)", "/c/general"),
        ("xhttps://x.example", ""),
        ("https://x.example/\u{202e}gpj.exe", "https://x.example/"),
        ("[https://a.example](https://b.example)", "https://a.example"),
        ("[https://a.example](https://a.example)", "https://a.example"),
    ];
    for (text, url) in cases {
        let page = html(text).replace("&amp;", "&");
        let found =
            page.split_once(r#"href=""#).map_or("", |(_, rest)| rest.split('"').next().unwrap_or_default());
        assert_eq!(found, url, "{text:?} as {page}");
    }
}

#[test]
fn emoji_are_names_apart_from_words() {
    for (text, shown) in [
        (":tada:", "🎉"),
        (":thumbsup::skin-tone-2: :flag-de: :flag_de: :large_green_circle:", "👍🏻 🇩🇪 🇩🇪 🟢"),
        ("すごい:tada:です", "すごい🎉です"),
        (":tada::tada: x", "🎉🎉 x"),
        ("(:+1:)", "(👍)"),
        ("a :100: b", "a 💯 b"),
        ("[::1]:100:", "[::1]:100:"),
        (r"\:tada:", ":tada:"),
        ("`:tada:`", ":tada:"),
    ] {
        assert_eq!(visible(text), shown, "{text:?}");
    }
}

#[test]
fn invisible_text_is_told_apart() {
    for text in [
        "\u{200b}",
        "&nbsp;",
        "\u{3164}",
        "&#8203;",
        "&#x200b; &zwj;",
        "**&nbsp;**",
        "> \u{200b}",
        "\u{1d173}\u{fe0f}",
        "- &shy;",
    ] {
        assert!(!shows(text) || visible(text).chars().any(|c| "*>-".contains(c)), "{text:?}");
    }
    for text in ["\u{200b}", "&nbsp;", "\u{3164}", "&#8203;", "&#x200b; &zwj;", "&NewLine;&Tab;", "", " \n "]
    {
        assert!(!shows(text), "{text:?}");
    }
    for text in ["a", "```", "&", "&copy;", ":tada:", "\u{200b}.", "@<here>", "[](https://a.example)"] {
        assert!(shows(text), "{text:?}");
    }
}
