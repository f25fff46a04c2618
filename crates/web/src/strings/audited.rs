//! What audit logs tell German readers of: actions, the kinds of what they were done to, and the names of details. In English they are as the
//! API has them.

use std::borrow::Cow;

use super::{Language, device, refusals};

/// What was done, by actions.
pub(super) const GERMAN_ACTIONS: &[(&str, &str)] = &[
    ("account.create", "Konto angelegt"),
    ("account.link", "Konto verknüpft"),
    ("account.unlink", "Konto getrennt"),
    ("bot.avatar", "Bild eines Bots geändert"),
    ("bot.create", "Bot angelegt"),
    ("bot.delete", "Bot gelöscht"),
    ("category.create", "Kategorie angelegt"),
    ("category.delete", "Kategorie gelöscht"),
    ("category.order", "Kategorien geordnet"),
    ("category.update", "Kategorie geändert"),
    ("channel.archive", "Kanal archiviert"),
    ("channel.create", "Kanal angelegt"),
    ("channel.delete", "Kanal gelöscht"),
    ("channel.member_add", "Person in einen Kanal aufgenommen"),
    ("channel.member_remove", "Person aus einem Kanal entfernt"),
    ("channel.order", "Kanäle geordnet"),
    ("channel.slow_mode", "Langsamen Modus geändert"),
    ("channel.unarchive", "Kanal aus dem Archiv geholt"),
    ("channel.update", "Kanal geändert"),
    ("command.create", "Befehl angelegt"),
    ("command.delete", "Befehl gelöscht"),
    ("community.avatar", "Bild der Community geändert"),
    ("community.delete", "Community gelöscht"),
    ("community.update", "Community geändert"),
    ("device.approve", "Gerät eingelassen"),
    ("device.deny", "Gerät abgelehnt"),
    ("emoji.create", "Emoji angelegt"),
    ("emoji.delete", "Emoji gelöscht"),
    ("invite.create", "Einladung erstellt"),
    ("invite.revoke", "Einladung widerrufen"),
    ("member.avatar", "Bild eines Mitglieds geändert"),
    ("member.ban", "Person gesperrt"),
    ("member.kick", "Mitglied entfernt"),
    ("member.mute", "Mitglied stummgeschaltet"),
    ("member.nickname", "Spitznamen geändert"),
    ("member.role", "Rollen eines Mitglieds geändert"),
    ("member.unban", "Sperre aufgehoben"),
    ("member.unmute", "Stummschaltung aufgehoben"),
    ("message.delete", "Nachricht gelöscht"),
    ("message.pin", "Nachricht angeheftet"),
    ("message.purge", "Neueste Nachrichten gelöscht"),
    ("message.remove_file", "Datei einer Nachricht entfernt"),
    ("message.strip_previews", "Vorschauen einer Nachricht entfernt"),
    ("message.unpin", "Nachricht gelöst"),
    ("oauth_provider.create", "Anbieter hinzugefügt"),
    ("oauth_provider.delete", "Anbieter gelöscht"),
    ("oauth_provider.update", "Anbieter geändert"),
    ("outgoing_webhook.create", "Ausgehenden Webhook angelegt"),
    ("outgoing_webhook.delete", "Ausgehenden Webhook gelöscht"),
    ("outgoing_webhook.replay", "Ereignis erneut geschickt"),
    ("outgoing_webhook.update", "Ausgehenden Webhook geändert"),
    ("overwrite.delete", "Ausnahmen eines Kanals entfernt"),
    ("overwrite.set", "Ausnahmen eines Kanals gesetzt"),
    ("role.create", "Rolle angelegt"),
    ("role.delete", "Rolle gelöscht"),
    ("role.update", "Rolle geändert"),
    ("session.end", "Sitzung beendet"),
    ("session.open", "Angemeldet"),
    ("session.refuse", "Sitzung abgelehnt"),
    ("settings.update", "Einstellungen des Systems geändert"),
    ("sign_in.refuse", "Anmeldung abgelehnt"),
    ("sign_in_link.create", "Link zum Anmelden erstellt"),
    ("sign_in_link.use", "Mit einem Link angemeldet"),
    ("token.create", "Token erstellt"),
    ("token.revoke", "Token widerrufen"),
    ("user.deactivate", "Konto deaktiviert"),
    ("user.reactivate", "Konto wieder aktiviert"),
    ("webhook.avatar", "Bild eines Webhooks geändert"),
    ("webhook.create", "Webhook angelegt"),
    ("webhook.delete", "Webhook gelöscht"),
    ("webhook.update", "Webhook geändert"),
];
/// What it was done to.
pub(super) const GERMAN_KINDS: &[(&str, &str)] = &[
    ("bot", "Bot"),
    ("category", "Kategorie"),
    ("channel", "Kanal"),
    ("command", "Befehl"),
    ("community", "Community"),
    ("emoji", "Emoji"),
    ("invite", "Einladung"),
    ("message", "Nachricht"),
    ("oauth_account", "Konto bei einem Anbieter"),
    ("oauth_provider", "Anbieter"),
    ("outgoing_webhook", "Ausgehender Webhook"),
    ("role", "Rolle"),
    ("session", "Sitzung"),
    ("system", "System"),
    ("token", "Token"),
    ("user", "Person"),
    ("webhook", "Webhook"),
];
/// Names of details that forms have no field for.
const GERMAN_DETAILS: &[(&str, &str)] = &[
    ("attachment_id", "Datei"),
    ("client_secret_changed", "neues Geheimnis"),
    ("delivery_id", "Zustellung"),
    ("device", "Gerät"),
    ("new_device", "neues Gerät"),
    ("program", "Programm"),
    ("provider", "Anbieter"),
    ("state", "Zustand"),
    ("target_id", "für"),
];
/// Why somebody is not or no longer signed in, by what the server notes itself. What moderators give as a reason is in their words.
const GERMAN_REASONS: &[(&str, &str)] = &[
    ("deactivated", "Konto deaktiviert"),
    ("declined", "beim Anbieter abgelehnt"),
    ("ended", "aus einer anderen Sitzung beendet"),
    ("not_admitted", "vom Anbieter her nicht zugelassen"),
    ("not_begun", "hier nicht begonnen"),
    ("not_believed", "Antwort des Anbieters nicht anerkannt"),
    ("not_let_in", "neue Konten sind nicht zugelassen"),
    ("provider", "vom Anbieter beendet"),
    ("replaced", "neu angemeldet"),
    ("signed_out", "abgemeldet"),
    ("too_many", "zu viele Sitzungen"),
    ("unlinked", "Konto getrennt"),
    ("wrong_code", "falscher Code"),
    ("wrong_link", "falscher oder abgelaufener Link"),
];
/// Values that are words of the API, by the names of their details.
const GERMAN_VALUES: &[(&str, &str, &str)] = &[
    ("audit_retention_days", "null", "für immer"),
    ("client_secret_changed", "true", "ja"),
    ("create_communities", "everybody", "alle"),
    ("create_communities", "owner", "wem das System gehört"),
    ("enabled", "false", "aus"),
    ("enabled", "true", "an"),
    ("link_previews", "false", "aus"),
    ("link_previews", "true", "an"),
    ("message_retention_days", "null", "für immer"),
    ("new_device", "true", "ja"),
    ("role", "admin", "Admin"),
    ("role", "member", "Mitglied"),
    ("role", "owner", "Inhaber"),
    ("sign_up", "domains", "bestimmte Domains"),
    ("sign_up", "invite", "mit Einladung"),
    ("sign_up", "open", "alle"),
    ("state", "failing", "kommt nicht an"),
    ("state", "gone", "nicht mehr gewünscht"),
    ("state", "on", "an"),
    ("state", "stopped", "von Hand aus"),
    ("visibility", "private", "privat"),
    ("visibility", "public", "öffentlich"),
];
/// Actions whose `reason` is one of the server's own ([`GERMAN_REASONS`]).
const REASONED: [&str; 4] = ["session.end", "session.refuse", "sign_in.refuse", "token.revoke"];

fn german<'a>(language: Language, table: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    let found = table.iter().find(|(one, _)| *one == name).map(|(_, text)| *text);
    found.filter(|_| language == Language::German)
}

/// An action in words; `None` where it is told by its name.
#[must_use]
pub fn audited(language: Language, action: &str) -> Option<&'static str> {
    german(language, GERMAN_ACTIONS, action)
}

/// A kind of things.
#[must_use]
pub fn audited_kind(language: Language, kind: &str) -> &str {
    german(language, GERMAN_KINDS, kind).unwrap_or(kind)
}

/// The name of a detail.
#[must_use]
pub fn audited_detail(language: Language, name: &str) -> &str {
    match language {
        Language::English => name,
        Language::German => {
            german(language, GERMAN_DETAILS, name).or_else(|| refusals::german_name(name)).unwrap_or(name)
        }
    }
}

/// What a detail of an action says.
#[must_use]
pub fn audited_value<'a>(language: Language, action: &str, name: &str, value: &'a str) -> Cow<'a, str> {
    match name {
        "device" => device(language, value),
        "reason" if REASONED.contains(&action) => {
            Cow::Borrowed(german(language, GERMAN_REASONS, value).unwrap_or(value))
        }
        _ if language == Language::German => {
            let known = GERMAN_VALUES.iter().find(|(of, one, _)| *of == name && *one == value);
            Cow::Borrowed(known.map_or(value, |(.., german)| *german))
        }
        _ => Cow::Borrowed(value),
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::audit::{SessionEnd, SignInRefusal};

    use super::*;

    #[test]
    fn german_readers_are_told_of_acts_in_german() {
        let (en, de) = (Language::English, Language::German);
        assert_eq!((audited(en, "member.ban"), audited(de, "member.ban")), (None, Some("Person gesperrt")));
        assert_eq!((audited(de, "later.action"), audited_kind(de, "later")), (None, "later"));
        assert_eq!((audited_kind(en, "user"), audited_kind(de, "user")), ("user", "Person"));
        for (name, german) in [("device", "Gerät"), ("reason", "Grund"), ("slug", "Kurzname"), ("x", "x")] {
            assert_eq!((audited_detail(en, name), audited_detail(de, name)), (name, german));
        }
        let said = |action, name, value| audited_value(de, action, name, value);
        assert_eq!(said("session.open", "device", "Firefox on Linux"), "Firefox unter Linux");
        assert_eq!(said("session.end", "reason", "too_many"), "zu viele Sitzungen");
        assert_eq!(said("member.ban", "reason", "too_many"), "too_many", "the words of a person");
        assert_eq!(said("channel.update", "visibility", "public"), "öffentlich");
        assert_eq!(said("channel.update", "name", "public"), "public", "the word of a person");
        for (action, name, value) in
            [("session.end", "reason", "too_many"), ("channel.update", "visibility", "public")]
        {
            assert_eq!(audited_value(en, action, name, value), value);
        }
    }

    #[test]
    fn every_reason_of_the_servers_own_is_told_in_german() {
        let ends = SessionEnd::ALL.iter().map(|end| ("session.end", end.as_str()));
        let refusals = SignInRefusal::ALL.iter().map(|why| ("sign_in.refuse", why.as_str()));
        for (action, reason) in ends.chain(refusals) {
            assert_ne!(audited_value(Language::German, action, "reason", reason), reason);
        }
    }
}
