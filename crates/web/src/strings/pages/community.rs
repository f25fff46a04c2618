//! Texts of the pages of a community itself: its name and picture, its emoji, its audit log.

use super::catalogue::catalogue;

catalogue! { Community:
    audit_hint: "Who did what with a right that not everybody has.", "Wer was mit einem Recht getan hat, das nicht alle haben.";
    community_picture_hint: "A square picture of JPEG, PNG, GIF or WebP. Without one the initials are shown.", "Ein quadratisches Bild als JPEG, PNG, GIF oder WebP. Ohne Bild werden die Initialen gezeigt.";
    delete_community: "Delete community", "Community löschen";
    delete_community_ask: "Delete {community} with all its channels and messages, for everybody? This can't be taken back.", "{community} mit allen Kanälen und Nachrichten für alle löschen? Das lässt sich nicht rückgängig machen.";
    delete_community_hint: "All channels, messages and files go, for everybody. Only the owner can do this.", "Alle Kanäle, Nachrichten und Dateien gehen verloren, für alle. Das kann nur, wem die Community gehört.";
    delete_emoji: "Delete emoji", "Emoji löschen";
    delete_emoji_ask: "Delete :{name}:? Where it was used its name stays.", ":{name}: löschen? Wo es verwendet wurde, bleibt sein Name stehen.";
    emoji: "Emoji", "Emojis";
    emoji_name_hint: "2 to 32 characters of a-z, 0-9 and _", "2 bis 32 Zeichen aus a-z, 0-9 und _";
    name_and_address: "Name and address", "Name und Adresse";
    new_emoji: "New emoji", "Neues Emoji";
    new_emoji_hint: "Everybody here can use it as :name: in messages and reactions.", "Alle hier können es als :name: in Nachrichten und Reaktionen verwenden.";
    no_audit: "Nothing yet", "Noch nichts";
    no_audit_hint: "What is done with special rights will stand here.", "Was mit besonderen Rechten getan wird, steht hier.";
    no_emoji: "No emoji of your own yet", "Noch keine eigenen Emojis";
    no_emoji_hint: "A small square picture does best.", "Am besten taugt ein kleines quadratisches Bild.";
    slug_change_hint: "Links with the old one stop working.", "Links mit dem alten gelten nicht mehr.";
    the_system: "The system", "Das System";
}
