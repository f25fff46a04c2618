//! One of several things, by what somebody typed of it.

use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::failure::Failure;

/// Characters of an id that are enough to name a thing by their beginning; fewer are a name.
pub const ID_PREFIX: usize = 4;
/// Things that are listed where a word fits several.
const LISTED: usize = 6;

/// What is looked for: the argument's name, what kind of thing it takes, and what was typed.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    pub argument: &'a str,
    pub noun: &'a str,
    pub text: &'a str,
}

/// The thing that a word names: by its whole id, its whole name whatever the case, or the beginning of either if that fits one alone.
///
/// # Errors
/// When it names none, or several.
pub fn picked<'t, T>(
    sought: Sought<'_>,
    things: impl IntoIterator<Item = &'t T>,
    of: impl Fn(&T) -> (Uuid, &str),
) -> Result<&'t T, Failure> {
    let things: Vec<&T> = things.into_iter().collect();
    let typed = sought.text.trim().to_lowercase();
    if let Ok(id) = typed.parse::<Uuid>() {
        let found = things.iter().copied().find(|thing| of(thing).0 == id);
        return found.ok_or_else(|| missing(sought));
    }
    let name_is = |fits: &dyn Fn(&str) -> bool| -> Vec<&'t T> {
        things.iter().copied().filter(|thing| fits(&of(thing).1.to_lowercase())).collect()
    };
    let whole = name_is(&|name| name == typed);
    if !whole.is_empty() {
        return only(sought, whole, of);
    }
    let mut begun = if typed.is_empty() { Vec::new() } else { name_is(&|name| name.starts_with(&typed)) };
    if begun.is_empty() && typed.len() >= ID_PREFIX {
        begun = things.into_iter().filter(|thing| of(thing).0.to_string().starts_with(&typed)).collect();
    }
    only(sought, begun, of)
}

fn only<'t, T>(
    sought: Sought<'_>,
    found: Vec<&'t T>,
    of: impl Fn(&T) -> (Uuid, &str),
) -> Result<&'t T, Failure> {
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(missing(sought)),
        several => {
            let mut names: Vec<String> = several
                .iter()
                .take(LISTED)
                .map(|thing| {
                    let (id, name) = of(thing);
                    format!("{name} ({id})")
                })
                .collect();
            names.extend((several.len() > LISTED).then(|| "…".to_owned()));
            let Sought { argument, noun, text } = sought;
            Err(Failure::argument(
                argument,
                format!("{text} fits several {noun}s: {}; name one by its id", names.join(", ")),
            ))
        }
    }
}

/// The thing that a word names by the first of two names, or, where it is the first one of none, by the second.
///
/// # Errors
/// When it names none, or several.
pub fn picked_by_either<'t, T>(
    sought: Sought<'_>,
    things: &'t [T],
    first: impl Fn(&T) -> (Uuid, &str),
    second: impl Fn(&T) -> (Uuid, &str),
) -> Result<&'t T, Failure> {
    match picked(sought, things, first) {
        Err(Failure::Missing(_)) => picked(sought, things, second),
        found => found,
    }
}

/// There is no such thing, or it is not shown to the person.
pub fn missing(sought: Sought<'_>) -> Failure {
    let Sought { argument, noun, text } = sought;
    Failure::Missing(format!("{argument}: there is no {noun} {text} that you can see"))
}

/// A value by its name in the API, such as a permission.
///
/// # Errors
/// When there is none of this name; the text lists those that there are.
pub fn named<T: DeserializeOwned>(argument: &str, text: &str) -> Result<T, Failure> {
    let value = Value::String(text.trim().to_owned());
    serde_json::from_value(value).map_err(|error| Failure::argument(argument, error))
}

#[cfg(test)]
mod tests {
    use ajet_protocol::{Permission, Role};

    use super::*;

    fn things() -> Vec<(Uuid, &'static str)> {
        let id = |n: u128| Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + (n << 112));
        vec![(id(0), "general"), (id(1), "gen"), (id(2), "Random"), (id(3), "rust"), (id(4), "rust")]
    }

    fn found(text: &str) -> Result<&'static str, Failure> {
        let sought = Sought { argument: "CHANNEL", noun: "channel", text };
        let things = things();
        picked(sought, &things, |(id, name)| (*id, *name)).map(|(_, name)| *name)
    }

    #[test]
    fn a_whole_name_comes_before_the_beginning_of_another() {
        assert_eq!(found("gen").expect("fits"), "gen");
        assert_eq!(found("gene").expect("fits"), "general");
        assert_eq!(found("RANDOM").expect("fits"), "Random");
        assert_eq!(found("ra").expect("fits"), "Random");
    }

    #[test]
    fn an_id_or_its_beginning_names_a_thing() {
        let (id, _) = things()[3];
        assert_eq!(found(&id.to_string()).expect("fits"), "rust");
        assert_eq!(found(&id.to_string()[..8]).expect("fits"), "rust");
    }

    #[test]
    fn what_fits_several_is_listed_and_what_fits_none_is_said() {
        let Err(Failure::Usage(text)) = found("rust") else { panic!("is taken") };
        assert!(text.starts_with("CHANNEL: rust fits several channels"), "{text}");
        for none in ["nothing", "", "0199f"] {
            assert!(matches!(found(none), Err(Failure::Missing(_))), "{none}");
        }
    }

    /// Doubt about the first name is not settled by the second one, which may be anybody's.
    #[test]
    fn the_second_name_counts_where_the_first_one_fits_none() {
        let people = [(1, "ann", "Ann"), (2, "annette", "Bo"), (3, "carl", "Ann"), (4, "dora", "An")];
        let people = people.map(|(n, username, name)| (Uuid::from_u128(n), username, name));
        let found = |text| {
            let sought = Sought { argument: "PERSON", noun: "person", text };
            picked_by_either(sought, &people, |one| (one.0, one.1), |one| (one.0, one.2)).map(|one| one.1)
        };
        assert_eq!(found("ann").expect("a whole name"), "ann");
        assert_eq!(found("bo").expect("the second name"), "annette");
        assert!(matches!(found("an"), Err(Failure::Usage(_))), "two begin so, and one is called so");
        assert!(matches!(found("emil"), Err(Failure::Missing(_))));
        let twins = [(5, "eve", "Twin"), (6, "finn", "Twin")].map(|(n, a, b)| (Uuid::from_u128(n), a, b));
        let sought = Sought { argument: "PERSON", noun: "person", text: "twin" };
        let twin = picked_by_either(sought, &twins, |one| (one.0, one.1), |one| (one.0, one.2));
        assert!(matches!(twin, Err(Failure::Usage(_))), "two are called so");
    }

    #[test]
    fn names_of_the_api_are_known() {
        assert_eq!(named::<Role>("--role", "admin").expect("a role"), Role::Admin);
        let Err(Failure::Usage(text)) = named::<Permission>("--allow", "everything") else {
            panic!("is taken")
        };
        assert!(text.contains("--allow") && text.contains("send_messages"), "{text}");
    }
}
