//! Slack's markup as senders write it, and what only looks like it.

use std::time::{Duration, Instant};

use super::to_markdown;

fn table(cases: &[(&str, &str)]) {
    for (slack, markdown) in cases {
        assert_eq!(to_markdown(slack), *markdown, "{slack:?}");
    }
}

/// A reader sees these as they were sent.
fn shown_as_sent(texts: &[&str]) {
    for text in texts {
        let markdown = to_markdown(text);
        assert_eq!(ajet_markup::visible(&markdown).replace('\u{2060}', ""), *text, "{markdown:?}");
    }
}

#[test]
fn emphasis_is_doubled_at_the_edges_of_words() {
    table(&[
        ("*bold*", "**bold**"),
        ("_it_ and ~gone~.", "*it* and ~~gone~~."),
        ("*two words* and ~one ~two words~", "**two words** and ~one ~~two words~~"),
        ("*Status*: firing, (*urgent*).", "**Status**: firing, (**urgent**)."),
        ("*a*, *b*; *c*! *d*? \"*e*\"", "**a**, **b**; **c**! **d**? \"**e**\""),
        ("*[prod]* down", "**\\[prod\\]** down"),
        ("*a*b c*", "**a\\*b c**"),
        ("「*重要*」", "「**重要**」"),
        ("*run `a*` now*", "**run `a*` now**"),
        ("*\"x\"*, (*\"y\"*)", "**\"x\"**, (**\"y\"**)"),
        ("*<https://ci.example/1|build> passed*", "**[build](<https://ci.example/1>) passed**"),
        ("see *<https://ci.example/1|build>*.", "see **[build](<https://ci.example/1>)**."),
        ("*see https://x.example/a.*", "**see <https://x.example/a>.**"),
        ("*- x* *5. y*", "**\\- x** **5\\. y**"),
    ]);
}

#[test]
fn marks_that_touch_are_kept_apart() {
    table(&[
        ("_*both*_", "*\u{2060}**both**\u{2060}*"),
        ("*_both_*.", "**\u{2060}*both*\u{2060}**."),
        ("*a*_b_", "**a**\u{2060}*b*"),
        ("~*all*~", "~~**all**~~"),
        ("`a``b`", "`a`\u{2060}`b`"),
    ]);
}

#[test]
fn pairs_nest() {
    table(&[("*a _b* c_", "**a \\_b** c\\_"), ("*a _b_ c*", "**a *b* c**")]);
}

#[test]
fn lone_marks_stay() {
    shown_as_sent(&[
        "*",
        "**",
        "**already**",
        "~~already~~",
        "__already__",
        "2 * 3 * 4",
        "2*3*4",
        "a*b*c",
        "*/5 * * * *",
        "* one\n* two",
        "*one\ntwo*",
        "*.rs and *.toml",
        "(*.rs|*.toml)",
        "src/*.rs, tests/*.rs",
        "~/bin:~/lib",
        "* a *",
        "snake_case_name and _private_name",
        "",
    ]);
}

#[test]
fn what_markdown_alone_would_mark_stays() {
    shown_as_sent(&[
        "# 1",
        "---",
        "5. five",
        "- item\n- item",
        "• item",
        "+ item",
        "||secret||",
        "[a](https://b.example)",
        "&copy; &#35;",
        "back\\slash \\*",
        "@<user:0198c0de-0000-7000-8000-000000000000>",
    ]);
}

#[test]
fn code_stays() {
    table(&[
        ("run `rm -rf *` now", "run `rm -rf *` now"),
        ("`*a*` `~b~` `<https://a.example>`", "`*a*` `~b~` `<https://a.example>`"),
        ("```\n*a* <https://a.example|b>\n```", "```\n*a* <https://a.example|b>\n```"),
        ("```*never closed* <b>", "```\n*never closed* <b>\n```"),
        ("a ```b``` c", "a \n```\nb\n```\nc"),
        ("```json\n{}```", "```\njson\n{}\n```"),
        ("it`s *bold*\n`*code*` *bold*", "it\\`s **bold**\n`*code*` **bold**"),
        ("`a &lt; b` &amp;&amp; ```&lt;p&gt;```", "`a < b` && \n```\n<p>\n```"),
    ]);
    shown_as_sent(&["``a``", "it`s", "` `", "``````"]);
}

#[test]
fn links_and_mentions_are_written_as_markdown() {
    table(&[
        ("<https://ci.example/1|#1> &amp; more", "[\\#1](<https://ci.example/1>) & more"),
        ("<https://ci.example/42>です", "<https://ci.example/42>です"),
        ("see <https://ci.example/42>foo", "see <https://ci.example/42>foo"),
        ("<https://a.example/?b=1&amp;c=2>", "<https://a.example/?b=1&c=2>"),
        ("<https://a.example|>", "<https://a.example>"),
        ("<https://a.example|https://a.example>", "<https://a.example>"),
        ("<https://b.example|see https://a.example>", "[see https\\://a.example](<https://b.example>)"),
        ("<https://a.example|*a*\n- b>", "[\\*a\\* - b](<https://a.example>)"),
        ("<mailto:ann@a.example|Ann>", "[Ann](<mailto:ann@a.example>)"),
        ("<tel:+4912|call>", "call (tel:+4912)"),
        ("<!here> <!channel> <!everyone> <!here|here>", "@<here> @<here> @<here> @<here>"),
        ("<!subteam^S012|@devs> <@U012|ann> <#C012|general>", "@devs @ann #general"),
        ("<@U012> <#C012|> <!subteam^S1> now", "@U012 #C012 @S1 now"),
    ]);
}

#[test]
fn dates_show_their_fallback_or_the_time() {
    table(&[
        ("<!date^1392734382^{date} at {time}|some day>", "some day"),
        ("<!date^1392734382^{date}^https://d.example|some day>", "[some day](<https://d.example>)"),
        ("<!date^1392734382^{date}>", "2014-02-18 14:39 UTC"),
    ]);
}

#[test]
fn angle_brackets_around_anything_else_stay() {
    shown_as_sent(&[
        "disk usage if x < 5 then page",
        "load < 1",
        "std::vector<int> v; <html>",
        "if x < 5 & y > 3",
        "a <| b |> c",
        "<soap:Envelope>",
        "<!DOCTYPE html> <!-- note -->",
        "<@ann smith> <#1, #2> <>",
        "<https://a.example\n>",
        "<<",
    ]);
    table(&[
        ("x < 5: *page* <https://a.example|me>", "x \\< 5: **page** [me](<https://a.example>)"),
        ("<<https://a.example|b>", "\\<[b](<https://a.example>)"),
        ("1 &lt; 2 &gt; 0 &amp;lt;", "1 \\< 2 > 0 &lt;"),
    ]);
}

#[test]
fn quotes_end_with_their_line_or_with_the_text() {
    table(&[
        ("> a\nb", "> a\nb"),
        ("&gt;a\n&gt; *b*\nc", "> a\n> **b**\nc"),
        ("> a\n>\n> b", "> a\n>\n> b"),
        (">>> a\nb\n\nc", "> a\n> b\n>\n> c"),
        ("x\n&gt;&gt;&gt;a\n>b", "x\n> a\n> \\>b"),
        ("> ```a\nb```", "> ```\n> a\n> b\n> ```"),
        ("> # a", "> \\# a"),
        (">", "\\>"),
        ("a > b", "a > b"),
    ]);
}

#[test]
fn emoji_stay_where_they_are_no_part_of_a_word() {
    table(&[(":tada: *:fire: hot* :wave::skin-tone-2:", ":tada: **:fire: hot** :wave:")]);
    shown_as_sent(&["at 12:30:45", "b0:de:ad:4a:47:ce", "2001:db8:100::1", "std::b::c", "a: b: c"]);
}

#[test]
fn work_is_linear() {
    let started = Instant::now();
    for seed in [
        "*",
        "*a ",
        "_*a ",
        "<",
        "<a|",
        "`",
        "```",
        "`\n",
        "`a`",
        "~*",
        "*a* ",
        "<https://a|b>",
        "&lt;",
        ">\n",
        ">a\n",
        ":a",
        ":a:",
        "http",
        "https://a *b* ",
        "<!date^",
        "\\",
        "- ",
        "1. ",
        "_",
        "\n",
    ] {
        let text = seed.repeat(1_000_000 / seed.len());
        assert!(to_markdown(&text).len() <= 4 * text.len(), "{seed:?}");
    }
    for (prefix, seed) in [
        (" ", "#"),
        ("http://a", ")"),
        ("https://a ", "*"),
        ("*", "_"),
        ("*a ", "b* "),
        ("`", "``"),
        ("`a", "\n"),
        ("```", "`"),
        ("<", ">"),
        ("<a|", "<"),
        (":a", ":"),
        ("[", "]("),
        ("\\", "`"),
        (">", "\n"),
    ] {
        let text = prefix.repeat(100_000 / prefix.len()) + &seed.repeat(100_000 / seed.len());
        assert!(to_markdown(&text).len() <= 4 * text.len(), "{prefix:?} {seed:?}");
    }
    // Quadratic work on any of these would take minutes; the bound is for a debug build on a busy machine.
    assert!(started.elapsed() < Duration::from_secs(40), "took {:?}", started.elapsed());
}
