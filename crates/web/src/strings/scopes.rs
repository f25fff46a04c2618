//! What tokens of bots may be used for. The names of scopes are syntax, and the same in each language.

use ajet_protocol::TokenScope;

use super::Language;

/// What a scope lets a token do.
#[must_use]
pub fn scope(language: Language, scope: TokenScope) -> &'static str {
    let [english, german] = texts(scope);
    match language {
        Language::English => english,
        Language::German => german,
    }
}

/// In English and in German.
const fn texts(scope: TokenScope) -> [&'static str; 2] {
    match scope {
        TokenScope::MessagesRead => [
            "Read messages, search them, and follow what happens",
            "Nachrichten lesen und durchsuchen, und verfolgen, was geschieht",
        ],
        TokenScope::MessagesWrite => [
            "Write, edit, delete and pin messages",
            "Nachrichten schreiben, bearbeiten, löschen und anheften",
        ],
        TokenScope::ReactionsWrite => ["React to messages", "Auf Nachrichten reagieren"],
        TokenScope::ChannelsRead => [
            "List channels, categories and direct messages",
            "Kanäle, Kategorien und Direktnachrichten auflisten",
        ],
        TokenScope::ChannelsWrite => [
            "Create, change, join and leave channels, and mark them as read",
            "Kanäle anlegen, ändern, betreten, verlassen und als gelesen markieren",
        ],
        TokenScope::MembersRead => {
            ["List members, roles, bans and invites", "Mitglieder, Rollen, Sperren und Einladungen auflisten"]
        }
        TokenScope::MembersWrite => [
            "Invite, change, mute, remove and ban people",
            "Leute einladen, ändern, stummschalten, entfernen und sperren",
        ],
        TokenScope::FilesWrite => ["Attach files", "Dateien anhängen"],
        TokenScope::CommandsWrite => [
            "Run slash commands; what a command does takes the scope of that as well",
            "Slash-Befehle ausführen; was ein Befehl tut, braucht auch das Recht dazu",
        ],
        TokenScope::WebhooksWrite => [
            "List, create and revoke incoming webhooks",
            "Eingehende Webhooks auflisten, anlegen und widerrufen",
        ],
        TokenScope::PresenceWrite => [
            "Say that the bot is there, and that it types",
            "Sagen, dass der Bot da ist und dass er schreibt",
        ],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_scope_is_described_in_its_own_words_in_each_language() {
        let texts: BTreeSet<_> = TokenScope::ALL
            .iter()
            .flat_map(|one| Language::ALL.map(|language| scope(language, *one)))
            .collect();
        assert_eq!(texts.len(), TokenScope::ALL.len() * Language::ALL.len());
    }
}
