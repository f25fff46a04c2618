//! Where code ends, as the renderer sees it.

use std::time::{Duration, Instant};

use super::rewrite;

fn rewritten(text: &str) -> String {
    rewrite(text, |rest| rest.strip_prefix("<t>").map(|_| ("T".to_owned(), "<t>".len())))
}

#[test]
fn spans_end_with_their_paragraph() {
    for (text, shown) in [
        ("`a\n<t> b`", "`a\n<t> b`"),
        ("`a\n<t>\nb` <t>", "`a\n<t>\nb` T"),
        ("``a\n<t> ` b``", "``a\n<t> ` b``"),
        ("`a\n\n<t> b`", "`a\n\nT b`"),
        ("`a\n \t\n<t> b`", "`a\n \t\nT b`"),
        ("`a\r\n\r\n<t> b`", "`a\r\n\r\nT b`"),
        ("`a\n- <t> b`", "`a\n- T b`"),
        ("`a\n# <t> b`", "`a\n# T b`"),
        ("`a\n```\n<t>\n``` <t> b`", "`a\n```\n<t>\n``` T b`"),
        ("`a ``` <t>` <t>", "`a ``` <t>` T"),
        ("` ` <t>` <t>", "` ` <t>` T"),
        ("`a <t>", "`a T"),
    ] {
        assert_eq!(rewritten(text), shown, "{text:?}");
    }
}

#[test]
fn work_is_linear() {
    let started = Instant::now();
    for prefix in ["`", "``", "```", "`a\n", "`\n", " ", "<", "\\", "`a```\n"] {
        for seed in ["`", "``x", "`\n", "a\n", "\n", " ", "```x", "\\`", "<t>", "``\n", "1"] {
            let text = prefix.repeat(100_000 / prefix.len()) + &seed.repeat(100_000 / seed.len());
            assert!(rewritten(&text).len() <= text.len(), "{prefix:?} {seed:?}");
        }
    }
    // Quadratic work on any of these would take minutes; the bound is for a debug build on a busy machine.
    assert!(started.elapsed() < Duration::from_secs(40), "took {:?}", started.elapsed());
}
