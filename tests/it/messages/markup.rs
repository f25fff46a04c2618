//! What people type: it never vanishes, is never taken for a document, and stays within its limits.

use ajet_client::Error;
use ajet_protocol::{CreateInvite, SignedIn, limits};
use reqwest::Method;
use serde_json::json;

use crate::support::{World, seen, text};

/// The HTML of a message with this text.
async fn html(world: &World, body: &str) -> String {
    let posted = world.ann.post(world.general.id, &text(body)).await;
    posted.unwrap_or_else(|error| panic!("{body:?}: {error}")).body_html
}

/// The status and the fields' codes of a refusal.
fn refused<T>(result: Result<T, Error>) -> (u16, Vec<(String, String)>) {
    match result {
        Err(Error::Problem(problem)) => {
            let errors = problem.errors.into_iter().map(|error| (error.field, error.code));
            (problem.status, errors.collect())
        }
        Err(error) => panic!("no problem document: {error}"),
        Ok(_) => panic!("it was taken"),
    }
}

/// Texts that show as they are: a lone mark, what only looks like markup, and markup of documents.
const PLAIN: &[&str] = &[
    "[redacted]: https://github.example/x/",
    "[todo]: buy-milk",
    "[^1]: note",
    "#",
    "##",
    "+",
    ">",
    "-",
    "*",
    "1.",
    "||",
    "```",
    "~~~",
    "---",
    "<soap:Envelope>",
    "Dear <name:first>,",
    "@<user:not>",
    "<b>x</b>",
    "</p>",
    "<!-- x -->",
    "&copy; &amp; &#65;",
    "[open](vscode://file/x)",
    "[call](tel:+49123)",
    "[a](javascript:x)",
    "[](https://a.example)",
    "array[i](x)",
    "a\n=",
    "Bob\n--",
    "a\n---",
    "007. bond",
    "1) one",
    "+ one",
    "#hash",
    "2 * 3 * 4",
    "*/5 * * * *",
    "snake_case_name",
    r"C:\new\dir",
    r"¯\_(ツ)_/¯",
    "if a || b || c",
    "x < 5",
    "| a | b |\n|---|---|",
    "ping 2001:db8:100::1",
    "mac b0:de:ad:4a:47:ce",
    "10:30:45",
    "std::man::x",
    ":no-such-emoji:",
];

#[tokio::test]
async fn what_marks_nothing_is_shown_as_it_was_typed() {
    let world = World::new().await;
    for body in PLAIN.iter().copied() {
        let page = html(&world, body).await;
        assert_eq!(seen(&page), body, "{page}");
        for tag in ["<h1", "<h2", "<h3", "<ul", "<ol", "<blockquote", "<pre", "<em", "<strong", "<span"] {
            assert!(!page.contains(tag), "{body:?} as {page}");
        }
    }
    world.end().await;
}

#[tokio::test]
async fn markup_reads_as_in_a_chat() {
    let world = World::new().await;
    let secret = r#"<a href="https://x.example/secret" rel="nofollow noopener noreferrer">https://x.example/secret</a>"#;
    let hidden = format!(r#"<p><span class="spoiler">{secret}</span></p>"#);
    let partly = format!(r#"<p><span class="spoiler">see {secret}</span></p>"#);
    for (body, page) in [
        ("> quote\nmy reply", "<blockquote><p>quote</p></blockquote><p>my reply</p>"),
        (">>> a\nb", "<blockquote><p>a<br>b</p></blockquote>"),
        ("- a\ntext", "<ul><li><p>a</p></li></ul><p>text</p>"),
        ("Hello,\n\nregards\n--\nAnna", "<p>Hello,</p><p>regards<br>--<br>Anna</p>"),
        ("5. five", r#"<ol start="5"><li><p>five</p></li></ol>"#),
        ("1. a\n2. b", "<ol><li><p>a</p></li><li><p>b</p></li></ol>"),
        ("```line one\nline two```\nafter", "<pre><code>line one\nline two</code></pre><p>after</p>"),
        ("```rust\nx\n```", "<pre><code class=\"language-rust\">x\n</code></pre>"),
        ("これは**「重要なこと」**です。", "<p>これは<strong>「重要なこと」</strong>です。</p>"),
        ("这是**我想做的事。**所以继续。", "<p>这是<strong>我想做的事。</strong>所以继续。</p>"),
        ("||https://x.example/secret||", hidden.as_str()),
        ("||see https://x.example/secret||", partly.as_str()),
        (":tada:", "<p>🎉</p>"),
    ] {
        assert_eq!(html(&world, body).await, page, "{body:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn an_edit_is_rendered_by_the_same_rules() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("first")).await.expect("posts");
    for body in ["#", "[todo]: buy-milk", "Bob\n--", "<soap:Envelope>"] {
        let edited = world.ann.edit(posted.id, body).await.expect("edits");
        assert_eq!((edited.body_md.as_str(), seen(&edited.body_html).as_str()), (body, body));
    }
    world.end().await;
}

#[tokio::test]
async fn a_message_that_shows_nothing_is_refused() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("seen")).await.expect("posts");
    let blank = (422, vec![("body_md".to_owned(), "blank".to_owned())]);
    for body in [
        "\u{200b}",
        "&nbsp;",
        "\u{3164}",
        "\u{feff}",
        "&#8203;",
        "&#x200b; &zwj;",
        "\u{200b} &shy;\n\u{2060}",
    ] {
        assert_eq!(refused(world.ann.post(world.general.id, &text(body)).await), blank, "{body:?}");
        assert_eq!(refused(world.ann.edit(posted.id, body).await), blank, "{body:?}");
    }
    assert_eq!(world.history().await, [posted], "nothing was posted or changed");
    for body in ["\u{200b}.", "&", "&copy;", ":tada:"] {
        html(&world, body).await;
    }
    world.end().await;
}

#[tokio::test]
async fn quotes_and_lists_nest_to_twenty_levels_and_lose_no_text() {
    let world = World::new().await;
    for mark in ["> ", "- ", "1. ", "> - ", "> 1. "] {
        let page = html(&world, &format!("{}deep **down**", mark.repeat(90))).await;
        let count = |tag: &str| page.matches(tag).count();
        assert_eq!(count("<blockquote>") + count("<ul>") + count("<ol>"), 20, "{mark:?}");
        assert_eq!(
            count("<blockquote>") + count("<ul>") + count("<ol>") + count("<li>"),
            count("</blockquote>") + count("</ul>") + count("</ol>") + count("</li>"),
            "{mark:?}"
        );
        assert!(page.contains("deep <strong>down</strong>"), "{page}");
    }
    world.end().await;
}

#[tokio::test]
async fn no_text_makes_too_much_html() {
    let world = World::new().await;
    let deep_quotes = format!("{}\"\n\n", "> ".repeat(20));
    let deep_lists = format!("{}\"\n", "2. ".repeat(20));
    let mixed = format!("{}\"\n\n", "> 7. ".repeat(10));
    for seed in [
        "\"",
        "'\"&<>",
        "*\"* ",
        "||\"||",
        "`\"` ",
        "~~\"~~ ",
        "\"\n\n",
        "- \"\n",
        "2. \"\n1. \"\n",
        "# \"\n",
        "> \"\n\n",
        "> - ",
        "```\"``` ",
        "[\"](/\")",
        "[a](#b)",
        "http://a.b ",
        "<https://a.b>",
        "@<here>",
        ":tada:",
        "a",
        &deep_quotes,
        &deep_lists,
        &mixed,
    ] {
        let body: String = seed.chars().cycle().take(limits::BODY_CHARS).collect();
        let page = html(&world, &body).await;
        assert!(page.len() <= limits::HTML_BYTES, "{seed:?} makes {} bytes", page.len());
        assert!(!seen(&page).is_empty(), "{seed:?}");
    }
    world.end().await;
}

/// Names are filled in after a text was rendered, and may be longer than what stands for them.
#[tokio::test]
async fn no_name_makes_too_much_html() {
    let world = World::new().await;
    let account = json!({"username": "quo", "display_name": "\"".repeat(limits::NAME_CHARS)});
    let quo: SignedIn =
        world.nobody.send(Method::POST, "/auth/dev", Some(&account), false).await.expect("signs in");
    let invite =
        world.ann.create_invite(world.community.id, &CreateInvite::default()).await.expect("invites");
    world.nobody.with_token(&quo.token).accept_invite(&invite.code).await.expect("joins");
    let mention = format!("@<user:{}>", quo.user.id);
    let page = html(&world, &mention.repeat(limits::BODY_CHARS / mention.len())).await;
    assert!(page.contains(&"&quot;".repeat(limits::NAME_CHARS)), "{page}");
    assert!(page.len() <= limits::HTML_BYTES, "{} bytes", page.len());
    world.end().await;
}

#[tokio::test]
async fn text_is_kept_in_one_form_and_counted_in_it() {
    let world = World::new().await;
    let posted =
        world.ann.post(world.general.id, &text("cafe\u{301} \u{1100}\u{1161}")).await.expect("posts");
    assert_eq!(
        (posted.body_md.as_str(), posted.body_html.as_str()),
        ("caf\u{e9} \u{ac00}", "<p>caf\u{e9} \u{ac00}</p>")
    );
    let edited = world.ann.edit(posted.id, "A\u{30a}").await.expect("edits");
    assert_eq!((edited.body_md.as_str(), edited.body_html.as_str()), ("\u{c5}", "<p>\u{c5}</p>"));
    assert_eq!(world.history().await[0].body_md, "\u{c5}", "and so it is stored");
    let long = world.ann.post(world.general.id, &text(&"e\u{301}".repeat(limits::BODY_CHARS))).await;
    assert_eq!(long.expect("posts").body_md, "\u{e9}".repeat(limits::BODY_CHARS));
    let (status, _) =
        refused(world.ann.post(world.general.id, &text(&"\u{e9}".repeat(limits::BODY_CHARS + 1))).await);
    assert_eq!(status, 422);
    world.end().await;
}
