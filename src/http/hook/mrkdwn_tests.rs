//! Slack's markup as senders write it, and what only looks like it.

use std::time::{Duration, Instant};

use super::to_markdown;

fn table(cases: &[(&str, &str)]) {
    for (slack, markdown) in cases {
        assert_eq!(to_markdown(slack), *markdown, "{slack:?}");
    }
}

fn unchanged(texts: &[&str]) {
    for text in texts {
        assert_eq!(to_markdown(text), *text);
    }
}

#[test]
fn emphasis_is_doubled_at_the_edges_of_words() {
    table(&[
        ("*bold*", "**bold**"),
        ("*two words* and ~one ~two words~", "**two words** and ~one ~~two words~~"),
        ("*Status*: firing, (*urgent*).", "**Status**: firing, (**urgent**)."),
        ("*a*, *b*; *c*! *d*? \"*e*\"", "**a**, **b**; **c**! **d**? \"**e**\""),
        ("~strike~.", "~~strike~~."),
        ("_*both*_ *_both_* ~*all*~", "_**both**_ **_both_** ~~**all**~~"),
        ("*[prod]* down", "**[prod]** down"),
        ("*a*b c*", "**a*b c**"),
        ("「*重要*」", "「**重要**」"),
        ("*run `a*` now*", "**run `a*` now**"),
        ("*<https://ci.example/1|build> passed*", "**[build](https://ci.example/1) passed**"),
    ]);
}

#[test]
fn lone_marks_stay() {
    unchanged(&[
        "*",
        "**",
        "**already**",
        "~~already~~",
        "2 * 3 * 4",
        "a*b*c",
        "*/5 * * * *",
        "* one\n* two",
        "*one\ntwo*",
        "*.rs and *.toml",
        "(*.rs|*.toml)",
        "src/*.rs, tests/*.rs",
        "~/bin:~/lib",
        "* a *",
        "",
    ]);
}

#[test]
fn code_stays() {
    unchanged(&[
        "run `rm -rf *` now",
        "`*a*` `~b~` `<https://a.example>`",
        "```\n*a* <https://a.example|b>\n```",
        "```*never closed* <b>",
        "it`s",
    ]);
    table(&[
        ("it`s *bold*\n`*code*` *bold*", "it`s **bold**\n`*code*` **bold**"),
        ("`a &lt; b` &amp;&amp; ```&lt;p&gt;```", "`a < b` && ```<p>```"),
    ]);
}

#[test]
fn links_and_mentions_are_written_as_markdown() {
    table(&[
        ("<https://ci.example/1|#1> &amp; more", "[#1](https://ci.example/1) & more"),
        ("<https://ci.example/42>です", "<https://ci.example/42>です"),
        ("<https://a.example/?b=1&amp;c=2>", "<https://a.example/?b=1&c=2>"),
        ("<https://a.example|>", "<https://a.example>"),
        ("<mailto:ann@a.example|Ann>", "[Ann](mailto:ann@a.example)"),
        ("<!here> <!channel> <!here|here>", "@here @here @here"),
        ("<!date^1392734382^{date} at {time}|some day>", "some day"),
        ("<!subteam^S012|@devs> <@U012|ann> <#C012|general> <@U012>", "@devs ann general @U012"),
    ]);
}

#[test]
fn angle_brackets_around_anything_else_stay() {
    unchanged(&[
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
        ("x < 5: *page* <https://a.example|me>", "x < 5: **page** [me](https://a.example)"),
        ("<<https://a.example|b>", "<[b](https://a.example)"),
        ("1 &lt; 2 &gt; 0 &amp;lt;", "1 < 2 > 0 &lt;"),
    ]);
}

#[test]
fn work_is_linear() {
    let started = Instant::now();
    for seed in ["*", "*a ", "<", "<a|", "`", "```", "`\n", "~*", "*a* ", "<https://a|b>", "&lt;"] {
        let text = seed.repeat(1_000_000 / seed.len());
        assert!(to_markdown(&text).len() <= 3 * text.len(), "{seed:?}");
    }
    // Quadratic work on any of these would take minutes; the bound is for a debug build on a busy machine.
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
}
