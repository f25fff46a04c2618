//! Texts around the pages: the rail, the side bar, the heads of pages, and what is said where a page can not be shown.

use super::catalogue::catalogue;

catalogue! { Frame:
    account: "Account", "Konto";
    back_and_change: "Go back and change it", "Zurück und ändern";
    direct_messages: "Direct messages", "Direktnachrichten";
    error_banned: "You are banned here", "Du bist hier gesperrt";
    error_conflict: "That does not fit with what is there", "Das passt nicht zu dem, was schon da ist";
    error_forbidden: "You may not do this", "Das darfst du nicht";
    error_gone: "This is over", "Das ist vorbei";
    error_internal: "Something went wrong on our side", "Bei uns ist etwas schiefgegangen";
    error_invalid: "Something in the form needs a change", "Etwas im Formular muss geändert werden";
    error_limit: "A limit is reached", "Eine Grenze ist erreicht";
    error_muted: "You are muted", "Du bist stummgeschaltet";
    error_not_found: "There is nothing here", "Hier ist nichts";
    error_rate_limited: "Too fast: wait a moment", "Zu schnell: warte einen Moment";
    error_too_large: "That is too large", "Das ist zu groß";
    error_unauthenticated: "You are not signed in", "Du bist nicht angemeldet";
    error_unavailable: "We are busy: try again in a moment", "Wir sind beschäftigt: versuche es gleich noch einmal";
    has_unread: "unread messages", "ungelesene Nachrichten";
    leave_settings: "Leave the settings", "Einstellungen verlassen";
    mention_many: "{n} mentions", "{n} Erwähnungen";
    mention_one: "1 mention", "1 Erwähnung";
    no_dms: "None yet", "Noch keine";
    offline: "away", "abwesend";
    online: "online", "online";
    open_navigation: "Open the navigation", "Navigation öffnen";
    saved: "Saved.", "Gespeichert.";
    skip_navigation: "Skip to the content", "Zum Inhalt springen";
    this_app: "This browser and you", "Dieser Browser und du";
    unread_many: "{n} unread messages", "{n} ungelesene Nachrichten";
    unread_one: "1 unread message", "1 ungelesene Nachricht";
}
