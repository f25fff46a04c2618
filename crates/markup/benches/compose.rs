//! How long rendering a message takes, which is a part of every post: `cargo bench -p ajet-markup`.

use std::hint::black_box;
use std::time::Instant;

/// Renderings per measurement; the best of some measurements is printed.
const RENDERINGS: u32 = 2000;
const MEASUREMENTS: usize = 7;

const USUAL: &str = "Hello **team**, the build of `main` is _green_ again :tada: see https://ci.example/42 and \
                     @<user:550e8400-e29b-41d4-a716-446655440000>\n> was red\n- fixed\n- tested";

fn main() {
    let cases = [
        ("short", "ok, deploying now".to_owned()),
        ("usual", USUAL.to_owned()),
        ("code", format!("```rust\n{}```", "let x = foo(1, \"a\"); // why\n".repeat(40))),
        ("long", "some words *and* **marks** with [a link](https://a.example/b) and more words. ".repeat(50)),
        ("hostile", "*_~".repeat(1300)),
    ];
    for (name, text) in cases {
        let measure = || {
            let started = Instant::now();
            (0..RENDERINGS).for_each(|_| drop(black_box(ajet_markup::compose(black_box(&text)))));
            started.elapsed().as_secs_f64() * 1e6 / f64::from(RENDERINGS)
        };
        let best = (0..MEASUREMENTS).map(|_| measure()).fold(f64::MAX, f64::min);
        println!("{name:8} {:5} characters {best:8.2} µs", text.chars().count());
    }
}
