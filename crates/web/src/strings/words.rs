//! The texts of the chat page, in the languages that it speaks. Beside these the page has what it says of slash commands
//! (`commands.rs`, `replies.rs`), of what somebody was told of (`notices.rs`), and of refusals (`refusals.rs`).
//!
//! A fragment of the live stream is the same for readers of all languages: it is rendered in English, and what is a word of ours carries
//! `data-word`. The page brings its own words along for its scripts ([`for_scripts`]), which put them in.

use serde_json::{Map, Value};

use super::{Language, replies};
use crate::strings;

macro_rules! words {
    ($($key:ident: $en:literal, $de:literal;)+) => {
        /// What is said. `{}` stands for what a script or a fragment puts there.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Key { $($key),+ }

        impl Key {
            /// All that there are.
            pub const ALL: &[Self] = &[$(Self::$key),+];

            /// Its name, as `data-word` and the scripts have it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$key => stringify!($key)),+ }
            }
        }

        /// A text in a language.
        #[must_use]
        pub fn t(lang: Language, key: Key) -> &'static str {
            match (lang, key) { $((Language::English, Key::$key) => $en, (Language::German, Key::$key) => $de),+ }
        }
    };
}

words! {
    Actions: "Message actions", "Aktionen";
    AddReaction: "Add reaction", "Reagieren";
    AlsoToChannel: "Also send to the channel", "Auch in den Kanal schicken";
    AltText: "What the picture shows", "Was das Bild zeigt";
    Archived: "This channel is archived: it can be read, and takes no messages.", "Dieser Kanal ist archiviert: lesbar, aber ohne neue Nachrichten.";
    Attach: "Attach a file", "Datei anhängen";
    BackOnline: "You are connected again.", "Die Verbindung steht wieder.";
    Block: "Block", "Blockieren";
    Bold: "Bold", "Fett";
    Bot: "bot", "Bot";
    Cancel: "Cancel", "Abbrechen";
    ChannelName: "Name", "Name";
    ChannelMenu: "Channel", "Kanal";
    ChannelSettings: "Channel settings", "Kanaleinstellungen";
    Channels: "Channels", "Kanäle";
    CloseIt: "Close", "Schließen";
    ClosedPoll: "closed", "beendet";
    Code: "Code", "Code";
    Communities: "Communities", "Communitys";
    CopyLink: "Copy link", "Link kopieren";
    Copied: "Link copied.", "Link kopiert.";
    Create: "Create", "Anlegen";
    Delete: "Delete", "Löschen";
    DeleteSure: "Delete this message?", "Diese Nachricht löschen?";
    Deleted: "message deleted", "Nachricht gelöscht";
    DirectMessages: "Direct messages", "Direktnachrichten";
    DirectWho: "With whom? Up to nine people", "Mit wem? Bis zu neun Personen";
    Discard: "Discard", "Verwerfen";
    Edit: "Edit", "Bearbeiten";
    Edited: "(edited)", "(bearbeitet)";
    EmptyChannel: "This is the beginning of the channel. Say hello.", "Hier beginnt der Kanal. Sag Hallo.";
    EmptyDirects: "None yet. A click on a name begins one.", "Noch keine. Ein Klick auf einen Namen beginnt eine.";
    EmptyInbox: "Nothing new. Mentions, replies and invites appear here.", "Nichts Neues. Erwähnungen, Antworten und Einladungen erscheinen hier.";
    EmptyPins: "Nothing is pinned yet. Pin what people ask for again and again.", "Noch nichts angeheftet. Hefte an, wonach oft gefragt wird.";
    EmptyScheduled: "Nothing waits to be sent.", "Nichts wartet auf den Versand.";
    EmptySaved: "Nothing is saved. Save a message to come back to it later.", "Nichts gemerkt. Merke dir eine Nachricht für später.";
    EmptyThread: "No replies yet.", "Noch keine Antworten.";
    FileTooLarge: "{} is too large.", "{} ist zu groß.";
    Follow: "Follow thread", "Diskussion folgen";
    HiddenText: "Hidden text: show it", "Verborgener Text: anzeigen";
    HideDirect: "Hide from the side bar", "Aus der Seitenleiste nehmen";
    InsertEmoji: "Insert an emoji", "Emoji einfügen";
    Inbox: "Inbox", "Posteingang";
    InvitePeople: "Invite people", "Leute einladen";
    Italic: "Italic", "Kursiv";
    Join: "Join channel", "Kanal beitreten";
    Jump: "Jump to the newest messages", "Zu den neuesten Nachrichten";
    JumpUnread: "Jump to the first unread message", "Zur ersten ungelesenen Nachricht";
    KeyBox: "Go to the message box", "Zum Eingabefeld gehen";
    KeyComplete: "Complete a name, channel, emoji or command", "Namen, Kanal, Emoji oder Befehl vervollständigen";
    KeyEditLast: "Edit your last message", "Die eigene letzte Nachricht bearbeiten";
    KeyEscape: "Close, or mark the channel as read", "Schließen, oder den Kanal als gelesen markieren";
    KeyMoveChannel: "Move the channel in the side bar, where you may", "Den Kanal in der Seitenleiste verschieben, wo du darfst";
    KeyNextChannel: "Next or previous channel", "Nächster oder voriger Kanal";
    KeyNextUnread: "Next or previous unread channel", "Nächster oder voriger ungelesener Kanal";
    KeyRows: "Move through the messages", "Durch die Nachrichten gehen";
    KeySearch: "Search", "Suchen";
    KeySend: "Send; with Shift a new line", "Senden; mit Umschalt eine neue Zeile";
    KeySheet: "Show these keys", "Diese Tasten zeigen";
    KeySwitcher: "Go to a channel or person", "Zu einem Kanal oder einer Person";
    Keys: "Keyboard", "Tastatur";
    Leave: "Leave channel", "Kanal verlassen";
    LookingAt: "You are looking at #{}.", "Du siehst dir #{} an.";
    MarkAllRead: "Mark all as read", "Alles als gelesen markieren";
    MarkUnread: "Mark as unread from here", "Ab hier als ungelesen markieren";
    Mentioned: "{} mentioned you", "{} hat dich erwähnt";
    MessageTo: "Message {}", "Nachricht an {}";
    Messages: "Messages", "Nachrichten";
    More: "More", "Mehr";
    Mute: "Mute channel", "Kanal stummschalten";
    NewChannel: "New channel", "Neuer Kanal";
    NewDirect: "New direct message", "Neue Direktnachricht";
    NewMessages: "New messages", "Neue Nachrichten";
    NoResults: "Nothing found. Try fewer words, or another operator.", "Nichts gefunden. Versuche es mit weniger Wörtern oder einem anderen Filter.";
    NotSaved: "No longer saved.", "Nicht mehr gemerkt.";
    NotSent: "Not sent", "Nicht gesendet";
    NothingWritten: "Nothing was written here yet.", "Hier wurde noch nichts geschrieben.";
    Notify: "Turn on desktop notifications", "Benachrichtigungen einschalten";
    Offline: "You are offline. What you write is sent when you are back.", "Du bist offline. Was du schreibst, wird später gesendet.";
    OneReply: "1 reply", "1 Antwort";
    Online: "online", "online";
    Open: "Open", "Öffnen";
    People: "People", "Personen";
    Pin: "Pin", "Anheften";
    Pinned: "Pinned", "Angeheftet";
    Poll: "Poll", "Umfrage";
    PollCloses: "When it ends; empty: never", "Wann sie endet; leer: nie";
    PollMany: "Several may be chosen", "Mehrere sind wählbar";
    PollOptions: "What can be chosen, one on each line", "Was zur Wahl steht, je Zeile eines";
    PollQuestion: "Question", "Frage";
    Preview: "Preview", "Vorschau";
    Private: "private", "privat";
    Quote: "Quote", "Zitat";
    Reconnecting: "reconnecting…", "verbindet neu…";
    Remind1h: "Remind me in an hour", "In einer Stunde erinnern";
    RemindTomorrow: "Remind me tomorrow", "Morgen erinnern";
    Reminder: "Reminder of a saved message", "Erinnerung an eine gemerkte Nachricht";
    ReminderSet: "You will be reminded.", "Du wirst erinnert.";
    RemovePreviews: "Remove previews", "Vorschauen entfernen";
    Replied: "{} replied", "{} hat geantwortet";
    Replies: "{} replies", "{} Antworten";
    Reply: "Reply in thread", "In Diskussion antworten";
    Retry: "Try again", "Nochmal versuchen";
    RoleAdmin: "Admin", "Admin";
    RoleMember: "Member", "Mitglied";
    RoleOwner: "Owner", "Inhaber";
    Save: "Save", "Speichern";
    SaveForLater: "Save for later", "Für später merken";
    Saved: "Saved", "Gemerkt";
    Search: "Search", "Suche";
    SearchHint: "Search messages", "Nachrichten durchsuchen";
    Send: "Send", "Senden";
    SendLater: "Send later", "Später senden";
    SendLaterDone: "Scheduled.", "Eingeplant.";
    SendLaterWhen: "When to send it", "Wann gesendet wird";
    Sending: "Sending…", "Wird gesendet…";
    SendThisLink: "Send this link:", "Diesen Link weitergeben:";
    SentLater: "To be sent later", "Wird später gesendet";
    SentDm: "{} wrote to you", "{} hat dir geschrieben";
    Settings: "Settings", "Einstellungen";
    Sidebar: "Channels and people", "Kanäle und Personen";
    SignOut: "Sign out", "Abmelden";
    SkipToComposer: "Skip to the message box", "Zum Eingabefeld";
    SkipToMessages: "Skip to the messages", "Zu den Nachrichten";
    SlowMode: "Slow mode: one message every {} s.", "Langsamer Modus: eine Nachricht alle {} s.";
    Strike: "Strikethrough", "Durchgestrichen";
    SwitcherHint: "Where to?", "Wohin?";
    Thread: "Thread", "Diskussion";
    TodayIs: "Today", "Heute";
    ToldDirect: "Direct message", "Direktnachricht";
    ToldInvite: "Invite", "Einladung";
    ToldMention: "Mention", "Erwähnung";
    ToldReply: "Reply", "Antwort";
    ToldSystem: "Notice", "Hinweis";
    TypingMany: "Several people are typing…", "Mehrere Personen schreiben…";
    TypingOne: "{} is typing…", "{} schreibt…";
    Unblock: "Unblock", "Nicht mehr blockieren";
    Unfollow: "Unfollow thread", "Diskussion nicht mehr folgen";
    Unmute: "Unmute channel", "Stummschaltung aufheben";
    Unpin: "Unpin", "Lösen";
    Unread: "unread", "ungelesen";
    Unsave: "Remove from what is saved", "Nicht mehr merken";
    Uploading: "Uploading {}", "{} wird hochgeladen";
    UploadFailed: "{} was not uploaded.", "{} wurde nicht hochgeladen.";
    Votes: "votes", "Stimmen";
    WriteTo: "Write a message", "Nachricht schreiben";
    YesterdayIs: "Yesterday", "Gestern";
    YouAreMuted: "You can read here, but not write.", "Du kannst hier lesen, aber nicht schreiben.";
    YouBlockThem: "You block this person.", "Du blockierst diese Person.";
}

/// A text with something in it.
#[must_use]
pub fn with(lang: Language, key: Key, what: &str) -> String {
    t(lang, key).replacen("{}", what, 1)
}

/// What scripts say, and what they put into fragments that came in English.
const FOR_SCRIPTS: [Key; 36] = [
    Key::AltText,
    Key::BackOnline,
    Key::Bot,
    Key::ClosedPoll,
    Key::Copied,
    Key::DeleteSure,
    Key::Deleted,
    Key::Discard,
    Key::Edited,
    Key::FileTooLarge,
    Key::HiddenText,
    Key::Mentioned,
    Key::Mute,
    Key::NotSaved,
    Key::NotSent,
    Key::Offline,
    Key::OneReply,
    Key::Online,
    Key::Pinned,
    Key::Reconnecting,
    Key::Reminder,
    Key::ReminderSet,
    Key::Replied,
    Key::Replies,
    Key::Saved,
    Key::SendLaterDone,
    Key::SentDm,
    Key::TodayIs,
    Key::TypingMany,
    Key::TypingOne,
    Key::Unmute,
    Key::Unread,
    Key::UploadFailed,
    Key::Uploading,
    Key::Votes,
    Key::YesterdayIs,
];

/// The texts of scripts by their names, as JSON; with what they make of refusals of the API, and of bots that do not answer.
#[must_use]
pub fn for_scripts(lang: Language) -> String {
    let all = FOR_SCRIPTS.iter().map(|key| (key.name().to_owned(), Value::from(t(lang, *key))));
    let all = all.chain(strings::for_scripts(lang)).chain(replies::for_scripts(lang));
    Value::Object(all.collect::<Map<String, Value>>()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is the same in English and German.
    const SAME: [Key; 4] = [Key::ChannelName, Key::Code, Key::Online, Key::RoleAdmin];

    #[test]
    fn every_text_is_translated() {
        let is_same = |key: &&Key| t(Language::English, **key) == t(Language::German, **key);
        let same: Vec<_> = Key::ALL.iter().filter(is_same).copied().collect();
        assert_eq!(same, SAME);
    }

    #[test]
    fn every_text_leaves_the_same_places_open_in_each_language() {
        for key in Key::ALL {
            let (en, de) = (t(Language::English, *key), t(Language::German, *key));
            assert!(!en.is_empty() && !de.is_empty(), "{key:?}");
            assert_eq!(en.matches("{}").count(), de.matches("{}").count(), "{key:?}");
        }
        assert_eq!(with(Language::German, Key::TypingOne, "Ann {}"), "Ann {} schreibt…");
    }

    /// A word that a script asks for and does not have would show as nothing.
    #[test]
    fn scripts_have_the_words_that_they_ask_for() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut asked = 0;
        for (folder, before, after) in
            [("assets/js", "word(\"", "\""), ("src/chat", concat!("data-word=(", "Key::"), ".")]
        {
            for file in std::fs::read_dir(root.join(folder)).expect("our files") {
                let text = std::fs::read_to_string(file.expect("a file").path()).expect("text");
                for piece in text.split(before).skip(1) {
                    let name = piece.split(after).next().unwrap_or_default();
                    assert!(
                        FOR_SCRIPTS.iter().any(|key| key.name() == name),
                        "no script has the word {name}"
                    );
                    asked += 1;
                }
            }
        }
        assert!(asked > 10, "{asked}");
    }
}
