//! What refusals say. The API says it in English and closely, so English readers read that; to others a sentence says which kind of refusal
//! it is, and of fields that break a rule each one is named with its rule.

use ajet_protocol::{Code, FieldError};
use serde_json::{Map, Value, json};

use super::{Language, commands};

/// Longer names of fields are made up by a client and are not shown.
const NAMED_CHARS: usize = 60;

macro_rules! sentences {
    ($($code:ident: $english:literal, $german:literal;)+) => {
        /// What a code means, for people.
        #[must_use]
        pub fn sentence(language: Language, code: Code) -> &'static str {
            match (language, code) {
                $((Language::English, Code::$code) => $english, (Language::German, Code::$code) => $german,)+
            }
        }
    };
}

sentences! {
    Malformed: "What was sent can't be read.", "Was gesendet wurde, ist nicht lesbar.";
    Unauthenticated: "Sign in first.", "Melde dich erst an.";
    Forbidden: "You lack the right to do this.", "Dir fehlt das Recht dazu.";
    Csrf: "This came from another site and is refused.", "Das kam von einer anderen Website und wird abgelehnt.";
    EditWindowClosed: "This message is too old to be edited.", "Diese Nachricht ist zu alt, um sie zu bearbeiten.";
    Muted: "You are muted: you can read, but not write.", "Du bist stummgeschaltet: Du kannst lesen, aber nicht schreiben.";
    Banned: "You are banned from this community.", "Du bist in dieser Community gesperrt.";
    Blocked: "One of you has blocked the other.", "Eine Person von euch hat die andere blockiert.";
    NotFound: "It is not there, or not for you to see.", "Das gibt es nicht, oder du darfst es nicht sehen.";
    MethodNotAllowed: "This can't be done here.", "Das geht hier nicht.";
    RequestTimeout: "The request took too long.", "Die Anfrage hat zu lange gedauert.";
    Conflict: "This conflicts with something that already exists.", "Etwas, das es schon gibt, steht dem im Weg.";
    Limit: "The limit for these is reached.", "Davon gibt es schon so viele, wie es geben darf.";
    Pending: "The file is still being checked.", "Die Datei wird noch geprüft.";
    Archived: "The channel is archived.", "Der Kanal ist archiviert.";
    Gone: "It was there, and is over.", "Das gab es, und es ist vorbei.";
    TooLarge: "What was sent is too large.", "Was gesendet wurde, ist zu groß.";
    UnsupportedMediaType: "What was sent is of a kind that is not taken.", "Was gesendet wurde, ist von einer Art, die nicht angenommen wird.";
    Invalid: "Something of this does not fit.", "Etwas daran passt nicht.";
    SlowMode: "The channel is in slow mode: wait a while before you write again.", "Der Kanal ist im langsamen Modus: Warte, bevor du wieder schreibst.";
    RateLimited: "That was too often: wait a moment.", "Das war zu oft: Warte einen Moment.";
    HeadTooLarge: "The address, or what goes with it, is too long.", "Die Adresse, oder was mit ihr gesendet wird, ist zu lang.";
    NotImplemented: "This server does not know how to do that.", "Das kann dieser Server nicht.";
    Internal: "Something went wrong on our side.", "Bei uns ist etwas schiefgegangen.";
    Overloaded: "Too many requests wait: try again in a moment.", "Zu viele Anfragen warten: Versuch es gleich noch einmal.";
    Unavailable: "No answer just now: try again in a moment.", "Gerade kommt keine Antwort: Versuch es gleich noch einmal.";
}

/// What says when it may be tried again, where a refusal is over after a time. In English the API says it.
const GERMAN_LATER: &[(Code, &str)] = &[
    (Code::SlowMode, "Der Kanal ist im langsamen Modus: Du kannst in {} wieder schreiben."),
    (Code::RateLimited, "Das war zu oft: Versuch es in {} wieder."),
];
/// Units of times, each with the seconds that a time has more of, and its own seconds. A second or less is a moment, which sentences say.
const GERMAN_TIMES: &[(u64, u64, &str)] =
    &[(5400, 3600, "{} Stunden"), (90, 60, "{} Minuten"), (1, 1, "{} Sekunden")];
/// What is told more closely than by its code, by the API's words.
pub(super) const GERMAN_DETAILS: &[(&str, &str)] = &[
    (
        "The only owner of a community can't leave it.",
        "Wem eine Community allein gehört, der kann sie nicht verlassen.",
    ),
    (
        "The only owner of a community can't step down.",
        "Wem eine Community allein gehört, der bleibt ihr Inhaber.",
    ),
];
/// What is said of a rule that the table lacks.
const OTHER_RULE: &str = "passt so nicht";
/// Rules of fields by their names, to be read behind the name of a field.
pub(super) const GERMAN_RULES: &[(&str, &str)] = &[
    ("bad_combination", "passt nicht zum Rest"),
    ("bad_format", "nicht in der richtigen Form"),
    ("bad_length", "nicht in der richtigen Länge"),
    ("bad_operator", "mit diesem Filter geht das nicht"),
    ("bad_type", "von der falschen Art"),
    ("blank", "zeigt nichts"),
    ("bot", "ein Bot kann das nicht sein"),
    ("control_character", "enthält ein Steuerzeichen oder ein unsichtbares Zeichen"),
    ("deactivated", "das Konto ist deaktiviert"),
    ("duplicate", "doppelt"),
    ("empty", "leer"),
    ("exclusive", "geht nicht zusammen mit anderem"),
    ("incomplete", "unvollständig"),
    ("nested", "Diskussionen haben nur eine Ebene"),
    ("no_words", "dazu braucht es Wörter"),
    ("not_a_command", "kein Befehl"),
    ("not_an_image", "kein Bild"),
    ("not_delivered", "davon erfahren Webhooks nichts"),
    ("not_found", "nicht gefunden"),
    ("not_here", "geht hier nicht"),
    ("not_ours", "führt nicht auf diesen Server"),
    ("not_public", "nur eine Adresse mit https, die im Internet ist"),
    ("out_of_range", "außerhalb dessen, was erlaubt ist"),
    ("port", "dieser Port ist nicht erlaubt"),
    ("private", "liegt in einem privaten Netz"),
    ("required", "fehlt"),
    ("reserved", "schon vergeben"),
    ("stacked_marks", "zu viele Zeichen übereinander"),
    ("taken", "schon vergeben"),
    ("too_few", "zu wenige"),
    ("too_long", "zu lang"),
    ("too_many", "zu viele"),
    ("too_many_frames", "zu viele Einzelbilder"),
    ("too_many_pixels", "zu viele Pixel"),
    ("too_short", "zu kurz"),
    ("unknown", "unbekannt"),
    ("unknown_command", "diesen Befehl gibt es hier nicht"),
    ("unknown_field", "gehört nicht hierher"),
    ("unreadable", "nicht lesbar"),
    ("yourself", "das bist du selbst"),
];
/// What forms are told more closely than by the name of their rule, by the API's words.
const GERMAN_FORMS: &[(&str, &str)] = &[
    ("may hold only letters, digits, '.', '_' and '-'", "nur Buchstaben, Ziffern, „.“, „_“ und „-“"),
    ("may hold only a-z, 0-9 and '-'", "nur a-z, 0-9 und „-“"),
    ("may hold only a-z, 0-9, '_' and '-'", "nur a-z, 0-9, „_“ und „-“"),
    ("must be an http or https address", "nur eine Adresse mit http oder https"),
    ("is not an e-mail address", "keine E-Mail-Adresse"),
    (
        "must be a domain in lower case, such as example.org",
        "nur eine Domain in Kleinbuchstaben, wie example.org",
    ),
    ("is not exactly one emoji", "nicht genau ein Emoji"),
];
/// What forms call their fields.
const GERMAN_FIELDS: &[(&str, &str)] = &[
    ("allow", "Was erlaubt ist"),
    ("alt", "Bildbeschreibung"),
    ("archived", "Archivierung"),
    ("attachment_ids", "Dateien"),
    ("audit_retention_days", "Aufbewahrung der Protokolle"),
    ("base_url", "Adresse des Anbieters"),
    ("body_md", "Nachricht"),
    ("bot_id", "Bot"),
    ("category_id", "Kategorie"),
    ("channel_id", "Kanal"),
    ("channel_ids", "Kanäle"),
    ("channels", "Kanäle"),
    ("client_id", "Client-ID"),
    ("client_secret", "Client-Geheimnis"),
    ("community_name", "Name der Community"),
    ("community_slug", "Kurzname der Community"),
    ("contrast", "Kontrast"),
    ("create_communities", "Wer Communitys gründen darf"),
    ("decision", "Entscheidung"),
    ("default_channel_id", "Kanal, der zuerst erscheint"),
    ("density", "Dichte"),
    ("deny", "Was verboten ist"),
    ("description", "Beschreibung"),
    ("display_name", "Anzeigename"),
    ("domains", "Domains"),
    ("edit_window_s", "Sekunden für Änderungen"),
    ("email", "E-Mail"),
    ("emoji", "Emoji"),
    ("enabled", "An oder aus"),
    ("endpoint", "Adresse des Push-Dienstes"),
    ("events", "Ereignisse"),
    ("expires_at", "Ende"),
    ("file", "Datei"),
    ("from", "Von"),
    ("invisible", "Offline erscheinen"),
    ("issuer_url", "Aussteller"),
    ("language", "Sprache"),
    ("level", "Benachrichtigungen"),
    ("link_previews", "Vorschau von Links"),
    ("max_uses", "Verwendungen höchstens"),
    ("message_id", "Nachricht"),
    ("message_retention_days", "Aufbewahrung von Nachrichten"),
    ("nickname", "Spitzname"),
    ("options", "Antworten"),
    ("organizations", "Organisationen"),
    ("parent_id", "Diskussion"),
    ("permissions", "Rechte"),
    ("poll", "Umfrage"),
    ("position", "Reihenfolge"),
    ("private", "Privat"),
    ("push", "Push"),
    ("push_text", "Namen und Texte"),
    ("q", "Suche"),
    ("remind_at", "Zeitpunkt"),
    ("required_claims", "Geforderte Angaben"),
    ("return_to", "Rückkehradresse"),
    ("roles", "Rollen"),
    ("seconds", "Dauer"),
    ("send_at", "Zeitpunkt"),
    ("sign_up", "Wer neu hereindarf"),
    ("sign_up_domains", "Domains für neue Konten"),
    ("slug", "Kurzname"),
    ("status_text", "Status"),
    ("target", "Für wen"),
    ("theme", "Farben"),
    ("time_zone", "Zeitzone"),
    ("to", "Bis"),
    ("topic", "Thema"),
    ("type", "Art"),
    ("upload_max_bytes", "Größe von Dateien"),
    ("url", "Adresse"),
    ("user_code", "Code"),
    ("user_id", "Person"),
    ("user_ids", "Personen"),
    ("username", "Benutzername"),
    ("visibility", "Sichtbarkeit"),
];

/// A refusal, as the API has it.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    pub code: Code,
    /// What happened this time, in English.
    pub detail: &'a str,
    pub errors: &'a [FieldError],
    /// The seconds after which to try again, where that helps.
    pub after_s: u64,
}

impl Refused<'_> {
    /// What its reader is told.
    #[must_use]
    pub fn in_words(&self, language: Language) -> String {
        match language {
            Language::English if !self.detail.is_empty() => self.detail.to_owned(),
            Language::German if !self.errors.is_empty() => self.german_fields(),
            Language::German => self.german_later().unwrap_or_else(|| {
                let closer = of(GERMAN_DETAILS, self.detail);
                closer.unwrap_or_else(|| sentence(language, self.code)).to_owned()
            }),
            Language::English => sentence(language, self.code).to_owned(),
        }
    }

    /// Each field with its rule, and how a command is written if it is one of its arguments.
    fn german_fields(&self) -> String {
        let told = |error: &FieldError| format!("{}: {}.", german_field(&error.field), german_rule(error));
        let fields = self.errors.iter().map(told).collect::<Vec<_>>().join(" ");
        match self.detail.rsplit_once(" Usage: ") {
            Some((_, usage)) => format!("{fields} Aufruf: {}", commands::german_usage(usage)),
            None => fields,
        }
    }

    /// When it may be tried again, if that is more than a moment.
    fn german_later(&self) -> Option<String> {
        let (_, text) = GERMAN_LATER.iter().find(|(code, _)| *code == self.code)?;
        Some(text.replace("{}", &german_time(self.after_s)?))
    }
}

/// A time that is not over sooner, in whole units.
fn german_time(seconds: u64) -> Option<String> {
    let (_, each, text) = GERMAN_TIMES.iter().find(|(over, ..)| seconds > *over)?;
    Some(text.replace("{}", &seconds.div_ceil(*each).to_string()))
}

fn of<'a>(table: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    table.iter().find(|(one, _)| *one == name).map(|(_, text)| *text)
}

/// What a field of a form or an argument of a command is called.
pub(super) fn german_name(field: &str) -> Option<&'static str> {
    of(GERMAN_FIELDS, field).or_else(|| commands::german_argument(field))
}

/// A field within another one, or an item of a list, is called as the whole.
fn german_field(path: &str) -> &str {
    let whole = path.split(['.', '[']).next().unwrap_or_default();
    let named = path.chars().nth(NAMED_CHARS).is_none();
    german_name(whole).unwrap_or(if named { path } else { "Ein Feld" })
}

/// The rule with its limits, where the API's words have them.
fn german_rule(error: &FieldError) -> String {
    german_limit(&error.message)
        .or_else(|| of(GERMAN_FORMS, &error.message).map(str::to_owned))
        .unwrap_or_else(|| of(GERMAN_RULES, &error.code).unwrap_or(OTHER_RULE).to_owned())
}

fn german_limit(message: &str) -> Option<String> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(least) =
        message.strip_prefix("needs at least ").and_then(|rest| rest.strip_suffix(" characters"))
    {
        return is_number(least).then(|| format!("mindestens {least} Zeichen"));
    }
    if let Some((_, most)) =
        message.strip_suffix(" at most").and_then(|rest| rest.rsplit_once(" characters; "))
    {
        return is_number(most).then(|| format!("höchstens {most} Zeichen"));
    }
    let (least, most) = message.strip_prefix("must be between ")?.split_once(" and ")?;
    (is_number(least) && is_number(most)).then(|| format!("von {least} bis {most}"))
}

/// What scripts make of the API's answers: by `refused.` and a code, by `later.` and the code of what is over after a time, by `field.` and `rule.`
/// and the names of these, by `other_rule`, and by `times`. None in English: the answers have these words.
pub(crate) fn for_scripts(language: Language) -> Map<String, Value> {
    match language {
        Language::English => Map::new(),
        Language::German => {
            let codes = Code::ALL.iter();
            let codes = codes.map(|code| (format!("refused.{}", code.as_str()), sentence(language, *code)));
            let later = GERMAN_LATER.iter().map(|(code, text)| (format!("later.{}", code.as_str()), *text));
            let fields = GERMAN_FIELDS.iter().map(|(field, text)| (format!("field.{field}"), *text));
            let rules = GERMAN_RULES.iter().map(|(rule, text)| (format!("rule.{rule}"), *text));
            let texts = codes.chain(later).chain(fields).chain(rules);
            let texts = texts.map(|(name, text)| (name, Value::from(text)));
            let rest = [("other_rule", json!(OTHER_RULE)), ("times", json!(GERMAN_TIMES))];
            texts.chain(rest.map(|(name, value)| (name.to_owned(), value))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::shape;

    use super::*;

    fn told(error: FieldError, detail: &str) -> String {
        Refused { code: Code::Invalid, detail, errors: &[error], after_s: 1 }.in_words(Language::German)
    }

    fn error(field: &str, code: &str, message: &str) -> FieldError {
        FieldError { field: field.into(), code: code.into(), message: message.into() }
    }

    #[test]
    fn every_code_has_a_sentence_in_each_language() {
        for code in Code::ALL {
            let (english, german) = (sentence(Language::English, *code), sentence(Language::German, *code));
            assert_ne!(english, german, "{code:?}");
            for text in [english, german] {
                assert!(text.ends_with('.'), "{code:?}: {text}");
            }
        }
    }

    #[test]
    fn english_readers_read_what_the_api_says_and_german_ones_a_german_sentence() {
        let detail = "It was sent already.";
        let refused = Refused { code: Code::Conflict, detail, errors: &[], after_s: 1 };
        assert_eq!(refused.in_words(Language::English), refused.detail);
        assert_eq!(refused.in_words(Language::German), "Etwas, das es schon gibt, steht dem im Weg.");
        let closer = Refused { detail: "The only owner of a community can't leave it.", ..refused };
        assert_eq!(
            closer.in_words(Language::German),
            "Wem eine Community allein gehört, der kann sie nicht verlassen."
        );
        let silent = Refused { detail: "", ..refused };
        assert_eq!(silent.in_words(Language::English), sentence(Language::English, Code::Conflict));
    }

    /// The limits are read from the API's words: these are those of the rules themselves.
    #[test]
    fn fields_are_named_with_their_limits() {
        let long = "a".repeat(1000);
        for (broken, field, german) in [
            (shape::username(&long), "username", "Benutzername: höchstens 64 Zeichen."),
            (shape::slug("a"), "slug", "Kurzname: mindestens 2 Zeichen."),
            (shape::slug("A!"), "slug", "Kurzname: nur a-z, 0-9 und „-“."),
            (shape::username("a b"), "username", "Benutzername: nur Buchstaben, Ziffern, „.“, „_“ und „-“."),
            (shape::command_name("/a"), "name", "Name: nur a-z, 0-9, „_“ und „-“."),
            (shape::role_position(-1), "edit_window_s", "Sekunden für Änderungen: von 0 bis 1000."),
            (shape::web_url("ftp://a"), "url", "Adresse: nur eine Adresse mit http oder https."),
            (shape::email("a"), "email", "E-Mail: keine E-Mail-Adresse."),
            (
                shape::domain("A"),
                "domains[1]",
                "Domains: nur eine Domain in Kleinbuchstaben, wie example.org.",
            ),
            (shape::role_position(-1), "position", "Reihenfolge: von 0 bis 1000."),
            (shape::seconds(0), "duration", "Dauer: außerhalb dessen, was erlaubt ist."),
            (shape::topic("\0"), "topic", "Thema: enthält ein Steuerzeichen oder ein unsichtbares Zeichen."),
        ] {
            let broken = broken.expect_err(german);
            let message = broken.message.as_deref().unwrap_or_default();
            assert_eq!(told(error(field, &broken.code, message), "English."), german);
        }
    }

    #[test]
    fn what_is_taken_is_named_in_both_languages() {
        let detail = "This user name is taken: choose another.";
        let errors = [error("username", "taken", detail)];
        let refused = Refused { code: Code::Conflict, detail, errors: &errors, after_s: 1 };
        assert_eq!(refused.in_words(Language::English), detail);
        assert_eq!(refused.in_words(Language::German), "Benutzername: schon vergeben.");
    }

    #[test]
    fn who_has_to_wait_is_told_how_long() {
        let told = |code, after_s| {
            Refused { code, detail: "Wait.", errors: &[], after_s }.in_words(Language::German)
        };
        for (after_s, time) in [
            (2, "2 Sekunden"),
            (90, "90 Sekunden"),
            (91, "2 Minuten"),
            (5400, "90 Minuten"),
            (5401, "2 Stunden"),
            (86_400, "24 Stunden"),
        ] {
            assert_eq!(
                told(Code::RateLimited, after_s),
                format!("Das war zu oft: Versuch es in {time} wieder.")
            );
        }
        let slow = "Der Kanal ist im langsamen Modus: Du kannst in 5 Minuten wieder schreiben.";
        assert_eq!(told(Code::SlowMode, 299), slow);
        for (code, after_s) in [(Code::SlowMode, 1), (Code::RateLimited, 0), (Code::Unavailable, 30)] {
            assert_eq!(told(code, after_s), sentence(Language::German, code));
        }
    }

    #[test]
    fn what_is_not_known_is_still_german() {
        assert_eq!(told(error("x_y", "later", "is later"), "x_y is later."), "x_y: passt so nicht.");
        assert_eq!(told(error(&"x".repeat(61), "required", ""), ""), "Ein Feld: fehlt.");
    }

    #[test]
    fn a_refused_command_says_how_it_is_written() {
        let missing = error("person", "required", "is missing");
        let said = told(missing, "person is missing. Usage: /mute @person [duration]");
        assert_eq!(said, "Person: fehlt. Aufruf: /mute @Person [Dauer]");
    }

    #[test]
    fn scripts_have_words_for_all_codes_but_in_english() {
        assert!(for_scripts(Language::English).is_empty());
        let german = for_scripts(Language::German);
        for code in Code::ALL {
            assert!(german.contains_key(&format!("refused.{}", code.as_str())), "{code:?}");
        }
        assert_eq!(german.get("rule.required"), Some(&Value::from("fehlt")));
        assert_eq!(german.get("field.slug"), Some(&Value::from("Kurzname")));
        assert_eq!(german.get("times").and_then(|times| times[1][2].as_str()), Some("{} Minuten"));
        for name in ["later.rate_limited", "later.slow_mode"] {
            let text = german.get(name).and_then(Value::as_str);
            assert!(text.is_some_and(|text| text.matches("{}").count() == 1), "{name}: {text:?}");
        }
    }
}
