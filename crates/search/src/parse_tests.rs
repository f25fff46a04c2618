//! What becomes of what people type.

use super::*;

fn asked(text: &str) -> String {
    parse(text).expect("can be read").tsqueries(&[]).join(" & ")
}

#[test]
fn words_are_all_to_be_found_and_the_last_one_may_go_on() {
    for (text, expected) in [
        ("hello", "('hello':*)"),
        ("Hello  WÖRLD", "('hello') & ('world':*)"),
        ("\"Hello world\"", "('hello' <1> 'world')"),
        ("“Hello world”", "('hello' <1> 'world')"),
        ("say \"hello wor", "('say') & ('hello' <1> 'wor')"),
        ("don't", "('don' <1> 't')"),
        ("q", "('q')"),
        ("É", "('e')"),
        ("ж", "('ж')"),
        ("7", "('7')"),
        ("qu", "('qu':*)"),
        ("foo:bar", "('foo' <1> 'bar':*)"),
        ("https://a.example", "('https' <1> 'a' <1> 'example':*)"),
        ("a\"b c\"d", "('a') & ('b' <1> 'c') & ('d')"),
        ("\"one\" two \"three\"", "('one') & ('two') & ('three')"),
        ("東京都", "('東京' <1> '京都':*)"),
        ("東", "('東':*)"),
        ("\"東京 tower\"", "('東京' <2> 'tower')"),
        ("\"東 tower\"", "('東':* <1> 'tower')"),
        ("wor from:me", "('wor':*)"),
        ("hello !!!", "('hello')"),
        ("\" ' \\ & | ! ( ) <-> :*", ""),
    ] {
        assert_eq!(asked(text), expected, "{text}");
    }
}

#[test]
fn operators_say_who_where_what_and_when() {
    let query = parse("from:@Ann FROM:me in:#general in:dev has:link HAS:Image x").expect("can be read");
    assert_eq!(query.from, [Who::Named("Ann".into()), Who::Me]);
    assert_eq!(query.within, [Place::Named("general".into()), Place::Named("dev".into())]);
    assert_eq!(query.has, [Has::Link, Has::Image]);
    let id = Uuid::from_u128(7);
    let authors = [id, Uuid::from_u128(8)];
    let by = |n: u32| format!("':by:{n:032}'");
    let expected = format!("('x') & ':has:link' & ':has:image' & ({} | {})", by(7), by(8));
    assert_eq!(query.tsqueries(&authors).join(" & "), expected);
    let stored = parse(&format!("from:@<user:{id}> in:#<channel:{id}>")).expect("can be read");
    assert_eq!((stored.from, stored.within), (vec![Who::Id(id)], vec![Place::Id(id)]));
    let named = parse("from:\"Ann Lee\" in:\"a b").expect("can be read");
    assert_eq!(named.from, [Who::Named("Ann Lee".into())]);
    assert_eq!(named.within, [Place::Named("a b".into())]);
}

#[test]
fn days_are_those_of_utc() {
    let day = 86_400_000;
    let query = parse("before:1970-01-03 after:1970-01-01 before:1970-01-05").expect("can be read");
    assert_eq!((query.before, query.since), (Some(2 * day), Some(day)), "neither day itself");
    assert_eq!(parse("before:1900-01-01").expect("can be read").before, Some(0));
    assert!(parse("after:9999-12-31").is_err(), "no day comes after it");
}

#[test]
fn an_operator_that_cannot_be_read_is_named() {
    for (text, operator) in [
        ("from:", "from:"),
        ("from:@", "from:"),
        ("in:#", "in:"),
        ("in:\"\" x", "in:"),
        ("has:cow", "has:"),
        ("before:yesterday", "before:"),
        ("after:2026-02-30", "after:"),
        ("After:2026-2-3", "after:"),
    ] {
        assert_eq!(parse(text).map_err(|misused| misused.operator), Err(operator), "{text}");
    }
    assert!(!words("has:cow from:").terms.is_empty(), "where they are words, none is misused");
}

#[test]
fn what_has_no_word_finds_nothing() {
    assert!(parse("!!!").expect("can be read").finds_nothing());
    assert!(!parse("in:general").expect("can be read").finds_nothing());
    assert!(!parse("!!! hello").expect("can be read").finds_nothing());
    assert!(words("…").finds_nothing() && !words("…").fits("…"));
}

#[test]
fn a_text_fits_if_it_has_all_words() {
    for (query, text, fits) in [
        ("rele", "Release notes", true),
        ("r", "Release notes", true),
        ("notes release", "Release notes", true),
        ("\"notes release\"", "Release notes", false),
        ("note release", "Release notes", false),
        ("cafe", "Café", true),
        ("京", "東京都", true),
        ("京都", "東京都", true),
        ("東都", "東京都", false),
        ("都", "東京都", true),
    ] {
        assert_eq!(words(query).fits(text), fits, "{query} in {text}");
    }
}
