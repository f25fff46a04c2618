//! Texts that pages of several areas have.

use super::catalogue::catalogue;

catalogue! { Shared:
    accounts: "Linked accounts", "Verknüpfte Konten";
    audit: "Audit log", "Protokoll";
    bot: "bot", "Bot";
    cancel: "Cancel", "Abbrechen";
    choose_picture: "Choose a picture", "Bild auswählen";
    communities: "Communities", "Communitys";
    community_name: "Name of the community", "Name der Community";
    community_slug: "Short name, for addresses", "Kurzname, für Adressen";
    delete: "Delete", "Löschen";
    display_name: "Display name", "Anzeigename";
    edit: "Edit", "Bearbeiten";
    ends: "Ends", "Endet";
    every_member: "Every member", "Alle Mitglieder";
    general: "General", "Allgemein";
    last_used: "Last used", "Zuletzt benutzt";
    manage: "Manage", "Verwalten";
    name: "Name", "Name";
    never: "Never", "Nie";
    next_page: "Next page", "Nächste Seite";
    no_community: "You are in no community yet", "Du bist noch in keiner Community";
    no_community_hint: "Ask somebody for an invite link.", "Bitte jemanden um einen Einladungslink.";
    no_members: "Nobody of that name", "Niemand mit diesem Namen";
    no_members_hint: "Search for a part of a name or user name.", "Suche nach einem Teil eines Namens oder Benutzernamens.";
    notify_of: "Tell me of", "Melde mir";
    older: "Older", "Ältere";
    optional: "optional", "freiwillig";
    permission: "Permission", "Recht";
    picture: "Picture", "Bild";
    picture_hint: "JPEG, PNG, GIF or WebP; a square one does best.", "JPEG, PNG, GIF oder WebP; am besten quadratisch.";
    remove_picture: "Remove picture", "Bild entfernen";
    revoke: "Revoke", "Widerrufen";
    roles: "Roles", "Rollen";
    save: "Save", "Speichern";
    search: "Search", "Suchen";
    state: "State", "Zustand";
    upload: "Upload", "Hochladen";
    username: "User name", "Benutzername";
}
