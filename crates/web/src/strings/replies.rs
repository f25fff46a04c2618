//! What the server's own commands answer to German readers, as Markdown, and what it says of bots that do not. In English the server words it,
//! as for the API.

use ajet_protocol::CommandAnswered;
use serde_json::Value;

use super::Language;

/// How many messages were deleted.
#[must_use]
pub fn purged(deleted: u32) -> String {
    match deleted {
        1 => "1 Nachricht gelöscht.".to_owned(),
        _ => format!("{deleted} Nachrichten gelöscht."),
    }
}

/// After how many seconds a reminder comes, by the largest unit that divides them.
#[must_use]
pub fn reminded_in(seconds: u64) -> String {
    let units = [
        (86_400, "Tag", "Tagen"),
        (3600, "Stunde", "Stunden"),
        (60, "Minute", "Minuten"),
        (1, "Sekunde", "Sekunden"),
    ];
    let unit = units.into_iter().find(|(each, ..)| seconds >= *each && seconds.is_multiple_of(*each));
    let (each, one, many) = unit.unwrap_or((1, "Sekunde", "Sekunden"));
    let number = seconds / each;
    format!("Du wirst in {number} {} erinnert.", if number == 1 { one } else { many })
}

/// Who may come in by an address; the name is Markdown.
#[must_use]
pub fn may_come_in(person: &str, url: &str) -> String {
    format!("{person} kann damit beitreten: {url}")
}

/// The token of a bot, whose name is Markdown; `None` where it was made before.
#[must_use]
pub fn token(bot: &str, token: Option<&str>) -> String {
    match token {
        Some(token) => format!("Das Token von **{bot}**, nur dieses eine Mal zu sehen: `{token}`"),
        None => format!("Das Token von **{bot}** gibt es schon; es wird nicht noch einmal gezeigt."),
    }
}

/// The address of a webhook; `None` where it was made before.
#[must_use]
pub fn webhook(url: Option<&str>) -> String {
    match url {
        Some(url) => format!("Die Adresse des Webhooks, nur dieses eine Mal zu sehen: {url}"),
        None => "Den Webhook gibt es schon; seine Adresse wird nicht noch einmal gezeigt.".to_owned(),
    }
}

/// There are no webhooks.
pub const NO_WEBHOOKS: &str = "Hier gibt es keine Webhooks.";
/// There are more than a page lists.
pub const MORE_WEBHOOKS: &str = "…und mehr";

/// What the event of a bot's answer says by itself, with the same in German.
const OF_BOTS: &[(&str, &str)] = &[
    (CommandAnswered::NO_ANSWER, "Der Bot hat nicht innerhalb von 3 Sekunden geantwortet."),
    (CommandAnswered::NO_MESSAGE, "Der Bot hat geantwortet, aber seine Nachricht ist nicht angekommen."),
];

/// What scripts say instead of the server's own English, by `replied.` and that.
pub(super) fn for_scripts(lang: Language) -> impl Iterator<Item = (String, Value)> {
    let german = OF_BOTS.iter().filter(move |_| lang == Language::German);
    german.map(|(english, text)| (format!("replied.{english}"), Value::from(*text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_told_as_people_say_them() {
        assert_eq!([1, 2].map(purged), ["1 Nachricht gelöscht.", "2 Nachrichten gelöscht."]);
        for (seconds, time) in [
            (1, "1 Sekunde"),
            (90, "90 Sekunden"),
            (3600, "1 Stunde"),
            (86_400, "1 Tag"),
            (259_200, "3 Tagen"),
        ] {
            assert_eq!(reminded_in(seconds), format!("Du wirst in {time} erinnert."));
        }
    }

    #[test]
    fn scripts_have_german_for_what_the_server_says_of_bots() {
        let german: Vec<_> = for_scripts(Language::German).map(|(name, _)| name).collect();
        let said = [CommandAnswered::NO_ANSWER, CommandAnswered::NO_MESSAGE];
        assert_eq!(german, said.map(|english| format!("replied.{english}")));
        assert_eq!(for_scripts(Language::English).count(), 0);
    }
}
