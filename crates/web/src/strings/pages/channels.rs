//! Texts of the pages of channels in the settings of a community.

use super::catalogue::catalogue;

catalogue! { Channels:
    add_overwrite: "Add exception", "Ausnahme hinzufügen";
    add_person: "Add", "Hinzufügen";
    add_person_hint: "Their user name. Members of the community alone can be added.", "Der Benutzername. Nur Mitglieder der Community können hinzugefügt werden.";
    allow: "Allow", "Erlauben";
    archive: "Archive", "Archivieren";
    archive_hint: "An archived channel can be read and found, but not written to. A deleted one is gone with all its messages.", "Ein archivierter Kanal lässt sich lesen und finden, aber nicht mehr beschreiben. Ein gelöschter ist mit allen Nachrichten fort.";
    archive_or_delete: "Archive or delete", "Archivieren oder löschen";
    archived: "Archived", "Archiviert";
    category: "Category", "Kategorie";
    channel_people: "People in this channel", "Leute in diesem Kanal";
    channels: "Channels", "Kanäle";
    channels_hint: "Where people talk. Each channel has its own settings and exceptions.", "Wo geredet wird. Jeder Kanal hat eigene Einstellungen und Ausnahmen.";
    create_category: "Create category", "Kategorie anlegen";
    create_channel: "Create channel", "Kanal anlegen";
    delete_category: "Delete category", "Kategorie löschen";
    delete_category_ask: "Delete the category {category}? Its channels stay, without a category.", "Die Kategorie {category} löschen? Ihre Kanäle bleiben, ohne Kategorie.";
    delete_channel: "Delete channel", "Kanal löschen";
    delete_channel_ask: "Delete #{channel} with all its messages and files? This can't be taken back.", "#{channel} mit allen Nachrichten und Dateien löschen? Das lässt sich nicht rückgängig machen.";
    deny: "Deny", "Verbieten";
    deny_or_allow: "Deny, leave to roles, allow", "Verbieten, Rollen überlassen, erlauben";
    leave_to_roles: "Leave to roles", "Rollen überlassen";
    move_down: "Move down", "Nach unten";
    move_up: "Move up", "Nach oben";
    new_category: "New category", "Neue Kategorie";
    new_category_hint: "Categories group channels in the side bar.", "Kategorien gruppieren Kanäle in der Seitenleiste.";
    new_channel: "New channel", "Neuer Kanal";
    no_channels: "No channels here", "Hier sind keine Kanäle";
    no_channels_hint: "Create one below, or move one here on its page.", "Lege unten einen an, oder verschiebe einen auf seiner Seite hierher.";
    overwrite_for: "For whom", "Für wen";
    overwrite_of: "Exceptions for {name}", "Ausnahmen für {name}";
    overwrite_person: "Or for a person", "Oder für eine Person";
    overwrite_person_hint: "Their user name; it counts before the choice beside it.", "Ihr Benutzername; er gilt vor der Auswahl daneben.";
    overwrites: "Exceptions", "Ausnahmen";
    overwrites_hint: "What this channel allows or denies everybody, a role or a person, whatever else they may do. A person's exception wins over those of roles.", "Was dieser Kanal allen, einer Rolle oder einer Person erlaubt oder verbietet, was immer sie sonst dürfen. Die Ausnahme einer Person gilt vor denen von Rollen.";
    private_channel: "Private", "Privat";
    private_channel_hint: "Only people who are added see it.", "Nur wer hinzugefügt wird, sieht ihn.";
    put_out: "Put out", "Hinaussetzen";
    remove_overwrite: "Remove exceptions", "Ausnahmen entfernen";
    remove_overwrite_ask: "Remove them? Roles alone decide again.", "Sie entfernen? Dann entscheiden wieder allein die Rollen.";
    rename: "Rename", "Umbenennen";
    slow_1h: "One message an hour", "Eine Nachricht pro Stunde";
    slow_1m: "One message a minute", "Eine Nachricht pro Minute";
    slow_30s: "One message in 30 seconds", "Eine Nachricht in 30 Sekunden";
    slow_5m: "One message in 5 minutes", "Eine Nachricht in 5 Minuten";
    slow_5s: "One message in 5 seconds", "Eine Nachricht in 5 Sekunden";
    slow_mode: "Slow mode", "Langsamer Modus";
    slow_mode_hint: "How often each person may write. Moderators are not held back.", "Wie oft jede Person schreiben darf. Moderierende werden nicht aufgehalten.";
    slow_off: "Off", "Aus";
    topic: "Topic", "Thema";
    unarchive: "Unarchive", "Aus dem Archiv holen";
    without_category: "Without a category", "Ohne Kategorie";
}
