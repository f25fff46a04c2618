//! The server's own slash commands in the reader's language: what they do, and how they are written. What is typed stays as it is in every
//! language: names of commands, and words to choose from. The API lists commands in English.

use ajet_protocol::CommandInfo;

use super::Language;

const GERMAN: &[(&str, &str)] = &[
    ("ban", "Entfernt eine Person, die nicht zurückkommen darf."),
    ("help", "Zählt die Befehle auf, die du benutzen darfst, oder erklärt einen."),
    ("invite", "Lässt ein Mitglied in diesen Kanal und lädt alle anderen in die Community ein."),
    ("join", "Tritt einem Kanal bei."),
    ("kick", "Entfernt ein Mitglied aus der Community."),
    ("leave", "Verlässt diesen Kanal."),
    ("me", "Sagt kursiv, was du tust."),
    ("msg", "Schickt eine Direktnachricht."),
    ("mute", "Lässt ein Mitglied nicht mehr schreiben, für eine Zeit oder bis es aufgehoben wird."),
    ("nick", "Ändert, wie du in dieser Community heißt; \"\" für nichts."),
    ("poll", "Stellt eine Frage mit 2 bis 10 Antworten."),
    ("purge", "Löscht die neuesten Nachrichten eines Kanals: 10, oder so viele du sagst, bis zu 100."),
    ("remind", "Erinnert dich nach einer Zeit an etwas."),
    ("role", "Macht ein Mitglied zum Admin oder einen Admin zum Mitglied."),
    ("shrug", "Zuckt mit den Schultern, hinter dem, was du sagst."),
    ("status", "Setzt deinen Status; \"\" für keinen."),
    ("token create", "Erstellt ein Token für den Bot dieses Namens, und den Bot, wenn es ihn nicht gibt."),
    ("token revoke", "Beendet ein Token."),
    ("topic", "Setzt das Thema dieses Kanals."),
    ("unban", "Lässt eine gesperrte Person zurückkommen."),
    ("unmute", "Lässt ein stummgeschaltetes Mitglied wieder schreiben."),
    ("webhook create", "Legt einen Webhook an, der in einen Kanal schreibt."),
    ("webhook list", "Zählt die Webhooks dieser Community auf."),
    ("webhook revoke", "Beendet einen Webhook."),
];
/// The names of arguments, as they stand in usage lines and as refusals name them.
const GERMAN_ARGUMENTS: &[(&str, &str)] = &[
    ("channel", "Kanal"),
    ("command", "Befehl"),
    ("count", "Anzahl"),
    ("duration", "Dauer"),
    ("id", "ID"),
    ("name", "Name"),
    ("option", "Antwort"),
    ("person", "Person"),
    ("question", "Frage"),
    ("reason", "Grund"),
    ("role", "Rolle"),
    ("scopes", "Rechte"),
    ("text", "Text"),
];
/// The usage of what is no command, in English and in German.
const ANY: [&str; 2] =
    ["/command [arguments]; /help lists the commands", "/befehl [Angaben]; /help zählt die Befehle auf"];

/// A command as readers of a language are told of it. What a community says of its own commands is in its own words.
#[must_use]
pub fn told(lang: Language, command: CommandInfo) -> CommandInfo {
    match lang {
        Language::English => command,
        Language::German => {
            let description = german_description(&command.name).filter(|_| command.bot_id.is_none());
            CommandInfo {
                usage: german_usage(&command.usage),
                description: description.map_or(command.description, str::to_owned),
                ..command
            }
        }
    }
}

/// What a command of the server's own does.
fn german_description(name: &str) -> Option<&'static str> {
    GERMAN.iter().find(|(one, _)| *one == name).map(|(_, text)| *text)
}

/// The name of an argument.
pub(crate) fn german_argument(name: &str) -> Option<&'static str> {
    GERMAN_ARGUMENTS.iter().find(|(one, _)| *one == name).map(|(_, text)| *text)
}

/// A usage line with the names of its arguments in German.
pub(crate) fn german_usage(usage: &str) -> String {
    if usage == ANY[0] {
        return ANY[1].to_owned();
    }
    usage.split(' ').map(german_part).collect::<Vec<_>>().join(" ")
}

/// A part of a usage line: the name of an argument stands among marks, such as `[@person]`; the name of a command has its slash before it.
fn german_part(part: &str) -> String {
    let name = part.trim_matches(|c: char| !c.is_ascii_alphabetic());
    match german_argument(name).filter(|_| !part.starts_with('/')) {
        Some(german) => part.replacen(name, german, 1),
        None => part.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(name: &str, usage: &str) -> CommandInfo {
        CommandInfo {
            name: name.into(),
            usage: usage.into(),
            description: "English.".into(),
            arguments: Vec::new(),
            bot_id: None,
        }
    }

    #[test]
    fn german_readers_are_told_of_commands_in_german() {
        for (usage, german) in [
            ("/mute @person [duration]", "/mute @Person [Dauer]"),
            ("/role @person admin|member", "/role @Person admin|member"),
            ("/poll \"question\" \"option\"…", "/poll \"Frage\" \"Antwort\"…"),
            ("/token create name [scopes…]", "/token create Name [Rechte…]"),
            ("/help [command]", "/help [Befehl]"),
            (ANY[0], ANY[1]),
        ] {
            assert_eq!(german_usage(usage), german);
        }
        let kick = told(Language::German, command("kick", "/kick @person [reason]"));
        assert_eq!(kick.description, "Entfernt ein Mitglied aus der Community.");
        let english = command("kick", "/kick @person [reason]");
        assert_eq!(told(Language::English, english.clone()), english);
    }

    #[test]
    fn a_community_describes_its_own_commands_itself() {
        let bot_id = Some("0197f000-0000-7000-8000-000000000001".parse().expect("an id"));
        let own = told(Language::German, CommandInfo { bot_id, ..command("kick", "/kick [text]") });
        assert_eq!((own.usage.as_str(), own.description.as_str()), ("/kick [Text]", "English."));
    }
}
