//! Keeps the tree as `ARCHITECTURE.md` says: sizes, module heads, plain words in comments, and who may import whom.

use std::fs;
use std::path::{Path, PathBuf};

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;
/// Functions that hold one statement of SQL, however many columns it has.
const LONG_STATEMENTS: [(&str, &str); 2] =
    [("src/store/journal/messages.rs", "write"), ("src/store/journal/community.rs", "write")];

fn sources() -> Vec<(PathBuf, String)> {
    files("rs")
}

/// The files of the tree whose names end so, but for those that git ignores.
fn files(ending: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let walk = ignore::WalkBuilder::new(root).build().filter_map(Result::ok);
    let found = walk.filter(|entry| entry.path().extension().is_some_and(|own| own == ending));
    found
        .map(|entry| {
            let path = entry.path().strip_prefix(root).expect("below the root").to_owned();
            let text = fs::read_to_string(entry.path()).expect("readable");
            (path, text)
        })
        .collect()
}

fn fail_on(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn files_say_what_they_are_for_and_stay_small() {
    let mut problems = Vec::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        if lines > FILE_LINES {
            problems.push(format!("{}: {lines} lines, {FILE_LINES} at most", path.display()));
        }
        if !text.starts_with("//!") {
            problems.push(format!("{}: does not open with //!", path.display()));
        }
    }
    fail_on(&problems);
}

#[test]
fn functions_stay_small() {
    let mut problems = Vec::new();
    for (path, text) in sources() {
        let mut open: Option<(usize, usize, String)> = None;
        for (number, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head = line.trim_start();
            if open.is_none()
                && let Some(name) = function_in(head)
            {
                open = Some((indent, number, name.to_owned()));
            }
            if let Some((at, from, name)) = &open
                && indent == *at
                && (head == "}" || head.ends_with('}') && number == *from || head.ends_with(';'))
            {
                let lines = number - from + 1;
                let statement =
                    LONG_STATEMENTS.iter().any(|(file, one)| path == Path::new(file) && one == name);
                if lines > FUNCTION_LINES && !statement {
                    problems.push(format!("{}:{}: {lines} lines: {name}", path.display(), from + 1));
                }
                open = None;
            }
        }
    }
    fail_on(&problems);
}

/// The name of the function that a line begins, whatever stands before `fn`.
fn function_in(head: &str) -> Option<&str> {
    let (before, after) = head.split_once("fn ")?;
    let known = |word: &str| {
        ["pub", "async", "const", "unsafe", "extern", "\"C\"", "default"].contains(&word)
            || word.starts_with("pub(")
    };
    let is_head = before.split_whitespace().all(|word| known(word) || word.ends_with(')'));
    let name = after.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (is_head && !name.is_empty()).then_some(name)
}

#[test]
fn no_kind_of_function_goes_unseen() {
    for (head, name) in [
        ("fn one() {", "one"),
        ("pub(super) async fn two(", "two"),
        ("pub(crate) const fn three() -> u8 {", "three"),
        ("pub(in crate::store) fn four<T>(", "four"),
        ("const fn five() {", "five"),
    ] {
        assert_eq!(function_in(head), Some(name), "{head}");
    }
    assert_eq!(function_in("let f = |fn_name| call(fn_name);"), None);
    assert_eq!(function_in("/// fn in a comment"), None);
}

/// Words that hide the subject or the time of a sentence: say which client, node or caller, and `recently` or `this long`.
const RIDDLES: [&str; 8] = [
    "whoever",
    "nobody",
    "where there is none",
    "for so long",
    "take for dead",
    "takes for dead",
    "taken for dead",
    "of late",
];
/// Documents that tell what was once written, and stay as they are.
const HISTORY: [&str; 2] = ["docs/reviews/", "CHANGELOG.md"];

#[test]
fn comments_use_plain_words() {
    let mut problems = Vec::new();
    let documents = files("md").into_iter().filter(|(path, _)| {
        let place = path.display().to_string();
        !HISTORY.iter().any(|history| place.starts_with(history))
    });
    let documents = documents.map(|document| (document, false));
    let sources = sources().into_iter().filter(|(path, _)| path != Path::new("tests/tidy.rs"));
    for ((path, text), rust) in sources.map(|source| (source, true)).chain(documents) {
        for (number, line) in text.lines().enumerate() {
            let prose = if rust { comment(line) } else { Some(line) };
            for riddle in prose.into_iter().flat_map(riddles) {
                problems.push(format!("{}:{}: {riddle}", path.display(), number + 1));
            }
        }
    }
    fail_on(&problems);
}

/// What a line of Rust says in a comment. The slashes of an address (`https://`) begin none.
fn comment(line: &str) -> Option<&str> {
    let (at, _) = line.match_indices("//").find(|(at, _)| !line[..*at].ends_with(':'))?;
    Some(&line[at..])
}

/// The words of [`RIDDLES`] in a text, apart from the Unix user `nobody`, which stands in backticks.
fn riddles(prose: &str) -> Vec<&'static str> {
    let prose = prose.to_lowercase().replace("`nobody`", "");
    let apart = |beside: Option<char>| beside.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    let has = |riddle: &str| {
        prose.match_indices(riddle).any(|(at, _)| {
            let after = at + riddle.len();
            apart(prose[..at].chars().next_back()) && apart(prose[after..].chars().next())
        })
    };
    RIDDLES.into_iter().filter(|riddle| has(riddle)).collect()
}

#[test]
fn riddles_are_found_in_comments_alone() {
    for line in ["//! Nobody listens.", "    call(); // nobody's", "let a = \"s3://b\"; // and nobody"] {
        assert_eq!(comment(line).map(riddles), Some(vec!["nobody"]), "{line}");
    }
    for line in ["let nobody = 1;", "let a = \"http://nobody\";"] {
        assert_eq!(comment(line), None, "{line}");
    }
    for prose in ["As the user `nobody`.", "Half of later ones.", "A nobody_else of code."] {
        assert!(riddles(prose).is_empty(), "{prose}");
    }
}

/// Where a name may stand; nowhere else. The last ones are walls within the server: who may use which part of it.
const WALLS: [(&str, &[&str]); 15] = [
    (
        "sqlx::",
        &[
            "src/store/",
            "crates/schema/",
            "crates/load/src/scenario/",
            "crates/load/src/fault/",
            "tests/",
            "benches/",
        ],
    ),
    ("async_nats::", &["src/bus/", "tests/", "benches/"]),
    ("axum::", &["src/http/"]),
    ("s3::", &["src/blobs/"]),
    ("bincode::", &["src/bus/wire.rs"]),
    (
        // `std::env::` and `use std::env` alike: in the server only the configuration knows its surroundings.
        "std::env",
        &[
            "src/config/load.rs",
            "src/bus/wire_tests.rs",
            "crates/cli/src/server.rs",
            "crates/devstack/src/",
            "crates/load/src/lab.rs",
            "crates/schema/src/main.rs",
            "crates/web/build.rs",
            "cluster/tests/",
            "tests/",
            "benches/",
        ],
    ),
    ("ajet_client", &["crates/cli/", "crates/load/", "tests/", "benches/"]),
    ("ajet_devstack", &["crates/devstack/", "crates/load/", "tests/", "benches/"]),
    ("ractor::", &["src/actors/", "src/app.rs"]),
    ("crate::http", &["src/http/", "src/app.rs"]),
    ("crate::cluster", &["src/cluster/", "src/http/", "src/app.rs"]),
    ("crate::actors", &["src/actors/", "src/cluster/", "src/http/", "src/app.rs"]),
    ("crate::bus", &["src/bus/", "src/actors/", "src/cluster/", "src/http/state.rs", "src/app.rs"]),
    ("crate::bus::wire", &["src/bus/", "src/cluster/"]),
    ("crate::store", &["src/store/", "src/auth/", "src/actors/", "src/cluster/", "src/http/", "src/app.rs"]),
];

#[test]
fn imports_go_one_way() {
    let mut problems = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| path != Path::new("tests/tidy.rs")) {
        let place = path.display().to_string();
        for (name, homes) in WALLS {
            let allowed = homes.iter().any(|home| place.starts_with(home));
            let used = text.lines().any(|line| !line.trim_start().starts_with("//") && uses(line, name));
            if used && !allowed {
                problems.push(format!("{place}: {name} belongs to {homes:?}"));
            }
        }
    }
    fail_on(&problems);
}

/// Whether a line names a crate's path, and not another path that ends like it.
fn uses(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
    })
}

/// What is used by developers and by clients stays out of the server's executable; its tests may use both.
#[test]
fn the_server_links_neither_stack_nor_client() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let text = fs::read_to_string(manifest).expect("readable");
    let manifest: toml::Table = toml::from_str(&text).expect("a manifest");
    let linked = manifest.get("dependencies").and_then(toml::Value::as_table).expect("dependencies");
    assert!(linked.contains_key("ajet-protocol"), "the crates that the server links are listed here");
    for kept_out in ["ajet-devstack", "ajet-client", "s3s", "s3s-fs"] {
        assert!(!linked.contains_key(kept_out), "the server's executable would link {kept_out}");
    }
}

#[test]
fn pure_crates_know_no_io() {
    let mut problems = Vec::new();
    for krate in ["crates/protocol", "crates/domain", "crates/markup", "crates/web", "cluster"] {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join(krate).join("Cargo.toml");
        let text = fs::read_to_string(manifest).expect("readable");
        // Placement and routing take time and channels from tokio, whose clock the simulation turns; nothing else.
        let tokio = if krate == "cluster" { "tokio-util" } else { "tokio" };
        for io in [tokio, "sqlx", "async-nats", "axum", "reqwest", "hyper"] {
            if text.lines().any(|line| line.starts_with(io)) {
                problems.push(format!("{krate} depends on {io}"));
            }
        }
    }
    fail_on(&problems);
}
