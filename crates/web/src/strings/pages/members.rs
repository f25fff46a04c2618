//! Texts of the pages of members, bans and invites.

use super::catalogue::catalogue;

catalogue! { Members:
    ban: "Ban", "Sperren";
    ban_ask: "{name} leaves the community at once and can't come back until the ban is lifted.", "{name} verlässt die Community sofort und kann nicht zurück, bis die Sperre aufgehoben wird.";
    banned_by: "Banned by", "Gesperrt von";
    bans: "Bans", "Sperren";
    bans_hint: "People who may not come back. Ban somebody on their page among the members.", "Wer nicht zurückkommen darf. Gesperrt wird auf der Seite des Mitglieds.";
    create_invite: "Create invite", "Einladung erstellen";
    for_10m: "For 10 minutes", "Für 10 Minuten";
    for_1d: "For a day", "Für einen Tag";
    for_1h: "For an hour", "Für eine Stunde";
    for_1w: "For a week", "Für eine Woche";
    invite_made: "Your invite", "Deine Einladung";
    invite_made_hint: "Send this link to the people you want here.", "Schicke diesen Link denen, die du hier haben möchtest.";
    invites: "Invites", "Einladungen";
    invites_hint: "Links by which people come in. Who comes by one may read the public channels.", "Links, über die Leute hereinkommen. Wer so kommt, darf die öffentlichen Kanäle lesen.";
    joined: "Joined", "Beigetreten";
    kick: "Remove", "Entfernen";
    kick_ask: "{name} leaves the community, and may come back by an invite.", "{name} verlässt die Community und darf über eine Einladung zurückkommen.";
    leave_community: "Leave community", "Community verlassen";
    leave_community_ask: "Leave {community}? You come back by an invite.", "{community} verlassen? Zurück kommst du durch eine Einladung.";
    leave_community_hint: "What is said in it is not there for you any more. Its only owner makes somebody else an owner first, or deletes it.", "Was in ihr gesagt wird, siehst du dann nicht mehr. Wem sie allein gehört, macht erst jemand anderen zum Inhaber oder löscht sie.";
    link: "Link", "Link";
    max_uses: "Uses at most", "Verwendungen höchstens";
    members: "Members", "Mitglieder";
    mute: "Mute", "Stummschalten";
    mute_for: "How long", "Wie lange";
    mute_hint: "Who is muted can read, but not write or react.", "Wer stummgeschaltet ist, kann lesen, aber nicht schreiben oder reagieren.";
    muted: "Muted", "Stumm";
    muted_until: "Muted until", "Stummgeschaltet bis";
    new_invite: "New invite", "Neue Einladung";
    nickname: "Nickname", "Spitzname";
    nickname_hint: "Shown in this community instead of the display name.", "Wird in dieser Community statt des Anzeigenamens gezeigt.";
    no_bans: "Nobody is banned", "Niemand ist gesperrt";
    no_bans_hint: "May it stay so.", "Möge es so bleiben.";
    no_invites: "No open invites", "Keine offenen Einladungen";
    no_invites_hint: "Create a link above and send it to the people you want here.", "Erstelle oben einen Link und schicke ihn denen, die du hier haben möchtest.";
    reason: "Reason", "Grund";
    reason_hint: "It stands in the audit log.", "Er steht im Protokoll.";
    remove_member: "Remove or ban", "Entfernen oder sperren";
    role: "Role", "Rolle";
    role_admin: "Admin", "Admin";
    role_and_name: "Role and name", "Rolle und Name";
    role_choice_hint: "An admin may do everything but touch the owner.", "Admins dürfen alles, außer wem die Community gehört, etwas anzuhaben.";
    role_member: "Member", "Mitglied";
    role_owner: "Owner", "Inhaber";
    search_members: "Search members", "Mitglieder suchen";
    unban: "Lift the ban", "Sperre aufheben";
    unmute: "Unmute", "Stummschaltung aufheben";
    until_lifted: "Until it is lifted", "Bis es aufgehoben wird";
    use_many: "{n} times", "{n}-mal";
    use_one: "once", "einmal";
    used: "Used", "Verwendet";
    uses_of: "{n} of {most}", "{n} von {most}";
}
