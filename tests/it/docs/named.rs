//! The tests that documents name as proof are in the tree. A test that is renamed or removed takes its proof with it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Documents that name tests.
const DOCUMENTS: [&str; 2] = ["docs/security.md", "docs/invariants.md"];
/// Words of code have fewer underscores than the names of tests, which are sentences.
const UNDERSCORES: usize = 2;

/// The names of tests in a document: sentences in backticks.
fn named(text: &str) -> BTreeSet<&str> {
    let is_name = |word: &&str| {
        word.matches('_').count() >= UNDERSCORES
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    // Every second piece stands between two backticks.
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).filter(is_name).collect()
}

/// The functions of a source that are tests.
fn tests_of(text: &str) -> Vec<&str> {
    let mut tests = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("#[") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        } else if let Some((_, name)) = line.split_once("fn ").filter(|_| is_test) {
            tests.extend(name.split(|c: char| !c.is_alphanumeric() && c != '_').next());
            is_test = false;
        }
    }
    tests
}

#[test]
fn every_test_that_the_documents_name_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let walk = ignore::WalkBuilder::new(root).build().filter_map(Result::ok);
    let sources = walk.filter(|entry| entry.path().extension().is_some_and(|own| own == "rs"));
    let sources: Vec<String> =
        sources.map(|entry| fs::read_to_string(entry.path()).expect("readable")).collect();
    let tests: BTreeSet<&str> = sources.iter().flat_map(|text| tests_of(text)).collect();
    let mut missing = Vec::new();
    for document in DOCUMENTS {
        let text = fs::read_to_string(root.join(document)).expect("readable");
        let named = named(&text);
        assert!(named.len() > 50, "{document} names tests: {named:?}");
        missing.extend(
            named.into_iter().filter(|name| !tests.contains(name)).map(|name| format!("{document}: {name}")),
        );
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn names_and_tests_are_told_from_other_words() {
    let text = "| `a_test_of_ours`; `word`, `two_words`, `limits.a_b_c` `A_B_C` | `another_of_them` |";
    assert_eq!(named(text).into_iter().collect::<Vec<_>>(), ["a_test_of_ours", "another_of_them"]);
    let source = "#[test]\nfn one() {}\nfn two() {}\n#[tokio::test]\n#[should_panic]\n    async fn three() {}\n// a fn four()";
    assert_eq!(tests_of(source), ["one", "three"]);
}
