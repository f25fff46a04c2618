//! Keeps the tree as `ARCHITECTURE.md` says: sizes, module heads, plain words in comments, and who may import whom.

use std::fs;
use std::path::{Path, PathBuf};

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;

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
                if lines > FUNCTION_LINES {
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

/// What a module file may hold besides: the tables that list the modules' contents.
const TABLES: [&str; 2] = ["verbs! {", "const TABLES:"];

/// Files named `mod.rs` that still hold more than docs, modules and re-exports. The list only gets shorter.
const FULL_MODULES: [&str; 14] = [
    "crates/hook/src/discord/mod.rs",
    "crates/hook/src/github/mod.rs",
    "crates/hook/src/slack/mod.rs",
    "crates/load/src/check/mod.rs",
    "crates/load/src/scenario/mod.rs",
    "crates/markup/src/inline/mod.rs",
    "src/blobs/mod.rs",
    "src/config/mod.rs",
    "src/http/api/describe/mod.rs",
    "src/http/hook/mod.rs",
    "src/http/web/mod.rs",
    "src/store/journal/mod.rs",
    "src/store/mod.rs",
    "src/telemetry/mod.rs",
];

#[test]
fn module_files_hold_docs_modules_and_re_exports_alone() {
    let mut problems = Vec::new();
    let files: Vec<_> = sources().into_iter().filter(|(path, _)| path.ends_with("mod.rs")).collect();
    for (path, text) in &files {
        let place = path.display().to_string();
        match (first_code(text), FULL_MODULES.contains(&place.as_str())) {
            (Some(line), false) => problems.push(format!("{place}:{line}: code belongs elsewhere")),
            (None, true) => problems.push(format!("{place}: holds no code any more: take it off the list")),
            _ => {}
        }
    }
    for gone in FULL_MODULES.iter().filter(|full| files.iter().all(|(path, _)| path != Path::new(full))) {
        problems.push(format!("{gone}: is not there any more: take it off the list"));
    }
    fail_on(&problems);
}

/// The number of the first line that is no comment, no attribute, and no part of a `mod` or `use`.
fn first_code(text: &str) -> Option<usize> {
    let mut in_use = false;
    let mut in_table = false;
    for (number, line) in text.lines().enumerate() {
        let item = without_visibility(line);
        in_table |= TABLES.iter().any(|table| item.starts_with(table));
        if in_table {
            in_table = !line.starts_with('}') && !line.ends_with(';');
            continue;
        }
        let line = line.trim();
        if !in_use && (line.is_empty() || line.starts_with("//") || line.starts_with('#')) {
            continue;
        }
        let item = without_visibility(line);
        if in_use || item.starts_with("use ") {
            in_use = !line.ends_with(';');
        } else if !(item.starts_with("mod ") && item.ends_with(';')) {
            return Some(number + 1);
        }
    }
    None
}

fn without_visibility(line: &str) -> &str {
    match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ").map_or(rest, |(_, item)| item),
        Some(rest) => rest.trim_start(),
        None => line,
    }
}

#[test]
fn code_in_a_module_file_is_found() {
    let head = "//! Docs.\n\n#[cfg(test)]\nmod tests;\npub(in crate::store) mod a;\npub use a::{\n    B,\n    C,\n};\n";
    assert_eq!(first_code(head), None);
    assert_eq!(first_code(&format!("{head}verbs! {{\n    A {{ 1 B }}\n}}\n")), None, "a table");
    for code in ["pub struct D;", "pub(super) fn e() {}", "mod tests {", "const F: u8 = 1;"] {
        assert_eq!(first_code(&format!("{head}{code}\n")), Some(10), "{code}");
    }
}

/// Words that hide the subject or the time of a sentence: say which client, node or caller, and `recently` or `this long`.
const RIDDLES: [&str; 11] = [
    "whoever",
    "nobody",
    "where there is none",
    "for so long",
    "take for dead",
    "takes for dead",
    "taken for dead",
    "of late",
    "front door",
    "mutation key",
    "of its own accord",
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
const WALLS: [(&str, &[&str]); 23] = [
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
    ("graphile_worker::", &["src/jobs/", "src/store/queue.rs", "crates/schema/"]),
    ("axum::", &["src/http/"]),
    ("s3::", &["src/blobs/"]),
    ("bincode::", &["src/cluster/wire/codec.rs"]),
    (
        "std::env", // `use std::env` too: in the server only the configuration knows its surroundings
        &[
            "src/config/load.rs",
            "src/cluster/wire/",
            "crates/domain/src/rights/docs_tests.rs",
            "src/images/capped_tests.rs",
            "crates/cli/src/surroundings.rs",
            "crates/devstack/src/",
            "crates/load/src/lab.rs",
            "crates/schema/src/main.rs",
            "crates/web/build.rs",
            "cluster/tests/",
            "tests/",
            "benches/",
        ],
    ),
    ("ajet_client", &["crates/cli/", "crates/load/", "crates/tui/", "tests/", "benches/"]),
    ("ajet_devstack", &["crates/devstack/", "crates/load/", "tests/", "benches/"]),
    ("ractor::", &["src/actors/", "src/app.rs"]),
    ("crate::http", &["src/http/", "src/app.rs"]),
    ("crate::http::web", &["src/http/web/"]),
    ("crate::usecases", &["src/usecases/", "src/http/", "src/jobs/", "src/app.rs"]),
    ("crate::ops", &["src/ops/", "src/http/", "src/app.rs"]),
    ("crate::sessions", &["src/sessions/", "src/usecases/", "src/http/", "src/app.rs"]),
    (
        "crate::cluster",
        &[
            "src/followers/",
            "src/cluster/",
            "src/sessions/",
            "src/ops/",
            "src/usecases/",
            "src/http/",
            "src/app.rs",
        ],
    ),
    (
        "crate::actors",
        &[
            "src/actors/",
            "src/followers/",
            "src/presence/",
            "src/cluster/",
            "src/sessions/",
            "src/ops/",
            "src/usecases/",
            "src/http/",
            "src/app.rs",
        ],
    ),
    ("crate::presence", &["src/presence/", "src/usecases/", "src/http/", "src/app.rs"]),
    ("crate::rights", &["src/rights/", "src/actors/", "src/presence/", "src/usecases/", "src/app.rs"]),
    ("crate::jobs", &["src/jobs/", "src/app.rs"]),
    // What consumes the event log knows the actors; they put events into the outbox and know no follower.
    ("crate::followers", &["src/followers/", "src/app.rs"]),
    (
        "crate::bus",
        &[
            "src/bus/",
            "src/actors/",
            "src/followers/",
            "src/presence/",
            "src/cluster/",
            "src/ops/",
            "src/http/state.rs",
            "src/app.rs",
        ],
    ),
    (
        "crate::store",
        &[
            "src/store/",
            "src/rights/",
            "src/actors/",
            "src/followers/",
            "src/presence/",
            "src/sessions/",
            "src/ops/",
            "src/usecases/",
            "src/jobs/",
            "src/http/state.rs",
            "src/http/api/health.rs",
            "src/http/hook/addressed.rs",
            "src/app.rs",
        ],
    ),
];

#[test]
fn imports_go_one_way() {
    let mut problems = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| path != Path::new("tests/tidy.rs")) {
        let place = path.display().to_string();
        for (name, homes) in WALLS {
            // Parts of the server; a crate may have a module of the same name.
            if name.starts_with("crate::") && place.starts_with("crates/") {
                continue;
            }
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
    let pure =
        ["crates/protocol", "crates/domain", "crates/markup", "crates/search", "crates/web", "cluster"];
    for krate in pure {
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

/// Where a statement may look at rights: what reads them, what fences a read by them, and what commits under them.
const RIGHTS: [&str; 3] = ["src/store/rights.rs", "src/store/fence.rs", "src/store/journal/"];

/// Who sees a channel is told by the domain's one rule. A statement that spells it as well would have to learn every change of it.
#[test]
fn the_store_decides_no_rights() {
    let mut problems = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| path.starts_with("src/store")) {
        let place = path.display().to_string();
        let judging = text.lines().enumerate().filter(|(_, line)| judges_visibility(line));
        for (number, _) in judging.filter(|_| !RIGHTS.iter().any(|home| place.starts_with(home))) {
            problems.push(format!("{place}:{}: who sees a channel is for the domain to say", number + 1));
        }
    }
    fail_on(&problems);
}

/// Whether a line of SQL or Rust compares a visibility, or takes it for a condition.
fn judges_visibility(line: &str) -> bool {
    let line = line.trim_start();
    if line.starts_with("//") || line.starts_with("let ") {
        return false;
    }
    let word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices("visibility").any(|(at, name)| {
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        if before.ends_with(word) || after.starts_with(word) {
            return false;
        }
        let before = before.trim_end_matches(|c| word(c) || c == '.');
        let compared = ["=", "<>", "!=", "in (", "is ", "like ", "not "];
        let judged = ["= ", "<> ", "where ", "and ", "or ", "on ", "not ", "when "];
        compared.iter().any(|operator| after.trim_start().starts_with(operator))
            || judged.iter().any(|keyword| before.ends_with(keyword))
    })
}

#[test]
fn conditions_on_visibility_are_found() {
    for line in [
        "where ch.visibility = 'public'",
        "and (ch.visibility in ('public', 'secret') or true)",
        "where 'public' = ch.visibility",
        "case when visibility is null then 1 end",
        "open: visibility == Some(Visibility::Public),",
    ] {
        assert!(judges_visibility(line), "{line}");
    }
    for line in [
        r#"select ch.visibility as "visibility?", ch.topic"#,
        "insert into channels (type, visibility, topic) values ($1, $2, $3)",
        "select id, visibility from channels where id = 1",
        "let visibility = rows::visibility(&row.visibility)?;",
        "where without_visibility = 1",
    ] {
        assert!(!judges_visibility(line), "{line}");
    }
}

#[test]
fn frames_and_verbs_hold_nothing_that_grows() {
    let mut problems = Vec::new();
    for (path, text) in sources() {
        let place = path.display().to_string();
        let homes =
            ["crates/domain/src/channel/", "crates/domain/src/community/", "crates/domain/src/person/"];
        let verb = homes.iter().any(|home| place.starts_with(home)) && !place.ends_with("tests.rs");
        let frame = place == "src/cluster/wire/frame.rs";
        for bad in ["skip_serializing", "flatten", "untagged", "tag ="] {
            if (verb || frame) && text.contains(&format!("serde({bad}")) {
                problems.push(format!("{place}: bincode can't read `{bad}`"));
            }
        }
        for (at, _) in text.match_indices("ajet_protocol::").filter(|_| frame) {
            let names = text[at + "ajet_protocol::".len()..].split(';').next().unwrap_or_default();
            let names = names.split(|c: char| !c.is_alphanumeric()).filter(|name| !name.is_empty());
            let records = names.filter(|name| !name.ends_with("Id"));
            problems.extend(records.map(|name| format!("{place}: {name} is a record of the API")));
        }
    }
    fail_on(&problems);
}
