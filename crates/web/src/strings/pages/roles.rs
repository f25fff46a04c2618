//! Texts of the pages of roles, and the permissions by name.

use super::catalogue::catalogue;

catalogue! { Roles:
    create_role: "Create role", "Rolle anlegen";
    delete_role: "Delete role", "Rolle löschen";
    delete_role_ask: "Delete the role {role}? Who has it loses what it grants at once.", "Die Rolle {role} löschen? Wer sie hat, verliert sofort, was sie gewährt.";
    delete_role_hint: "Exceptions of channels for this role go with it.", "Ausnahmen von Kanälen für diese Rolle gehen mit ihr.";
    may_add_reactions: "React to messages", "Auf Nachrichten reagieren";
    may_attach_files: "Attach files", "Dateien anhängen";
    may_ban_members: "Ban and unban people", "Leute sperren und Sperren aufheben";
    may_create_invites: "Create invites", "Einladungen erstellen";
    may_kick_members: "Remove members", "Mitglieder entfernen";
    may_manage_bots: "Manage bots and their tokens", "Bots und ihre Token verwalten";
    may_manage_channels: "Manage channels and categories", "Kanäle und Kategorien verwalten";
    may_manage_community: "Manage the community itself", "Die Community selbst verwalten";
    may_manage_members: "Change members' roles and nicknames", "Rollen und Spitznamen von Mitgliedern ändern";
    may_manage_messages: "Delete messages of others", "Nachrichten anderer löschen";
    may_manage_roles: "Manage roles", "Rollen verwalten";
    may_manage_webhooks: "Manage webhooks", "Webhooks verwalten";
    may_mention_here: "Mention everybody in a channel", "Alle in einem Kanal erwähnen";
    may_mute_members: "Mute and unmute members", "Mitglieder stummschalten";
    may_pin_messages: "Pin messages", "Nachrichten anheften";
    may_send_messages: "Write messages", "Nachrichten schreiben";
    may_set_topic: "Change topics", "Themen ändern";
    may_view_audit: "Read the audit log", "Das Protokoll lesen";
    may_view_channel: "See channels and read them", "Kanäle sehen und lesen";
    new_role: "New role", "Neue Rolle";
    new_role_hint: "What it grants is chosen on its own page.", "Was sie gewährt, wird auf ihrer eigenen Seite gewählt.";
    no_roles: "No roles of your own yet", "Noch keine eigenen Rollen";
    no_roles_hint: "A role gives some members more rights, and can be mentioned.", "Eine Rolle gibt manchen Mitgliedern mehr Rechte und kann erwähnt werden.";
    permission_many: "{n} permissions", "{n} Rechte";
    permission_one: "1 permission", "1 Recht";
    permissions: "Permissions", "Rechte";
    position: "Order", "Reihenfolge";
    position_hint: "Roles with a higher number stand first.", "Rollen mit höherer Zahl stehen zuerst.";
    role_hint: "Roles add to what every member may do.", "Rollen geben mehr, als alle Mitglieder dürfen.";
    roles_hint: "Roles give some members more rights. Give them on a member's page.", "Rollen geben manchen Mitgliedern mehr Rechte. Vergeben werden sie auf der Seite eines Mitglieds.";
    this_role: "This role", "Diese Rolle";
    yes: "yes", "ja";
}
