//! `docs/permissions.md` says what the code does: all of it is written here, from the permissions and from the rule itself.
//!
//! With `AJET_WRITE_DOCS=1` the test writes the page anew instead of comparing it.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use ajet_protocol::{ChannelId, Permission, Permissions, Role, RoleId, UserId, Visibility};
use uuid::Uuid;

use super::{ChannelRights, CommunityRights, MemberRights, Overwrite, RoleRights, Target, standing};

const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(1));
const PRESS: RoleId = RoleId(Uuid::from_u128(2));
const QUIET: RoleId = RoleId(Uuid::from_u128(3));
const ANN: UserId = UserId(Uuid::from_u128(4));

const HEAD: &str = "# Permissions

This page is written by a test from the code (`AJET_WRITE_DOCS=1 cargo test -p ajet-domain --lib docs`): change the code, not the page.

## What each role may do

A member has one of three roles: member, admin or owner. Custom roles add to what a member may do. An owner has every permission, and
stands above everybody else.
";

const RANKS: &str = "
## Who may do something to whom

An owner stands above an admin, an admin above every custom role, and custom roles stand by their positions: a person stands as high as
the highest of theirs. Who lacks the permission is refused, and so is who has it and stands below the person concerned. An owner is out
of reach for everybody, but that owners take the role of other owners: one stays.
";

const GRANTS: &str = "
## Who may give and take permissions

Who has `manage_roles` gives and takes no more than they have themselves: custom roles below their own rank, with permissions that they hold.
A role that overwrites allow something in channels is given by those who may do it there. Who stands below an admin does not change which
custom roles they hold themselves, and deletes none of these.

Overwrites are for those who have `manage_roles` in the channel, which an overwrite may allow as well. They allow and deny what they may do
there themselves, for custom roles below their own rank and for people who do not stand above them. For everybody it takes `manage_roles` in
the whole community: an overwrite that allows it is not enough. Only an owner sets an overwrite for themselves.

What was imposed on a person stays when they leave the community or are removed, and holds when they come back: a mute until it ends, and the
overwrites for them. Their custom roles do not stay.
";

const ORDER: &str = "
## Overwrites of a channel

A channel can deny and allow single permissions, to everybody (the target is the community's own id), to those who hold a custom role, or
to one person. What a person may do in a channel is found in this order:

1. What every member may do, and what each custom role of the person adds. A role that was deleted adds nothing.
2. The overwrite for everybody: what it denies is taken away, what it allows is added.
3. The overwrites for the person's custom roles, all together: what any of them denies is taken away, and after that what any of them
   allows is added. So of two roles the one that allows wins.
4. The overwrite for the person: what it denies is taken away, what it allows is added.
5. Without `view_channel` all else is gone: the channel is not there for the person, also if they joined it.

Admins and owners skip steps 2 to 5: no overwrite touches them. A public channel is seen by all who have `view_channel` there; a private one
by those of them who joined it, and by no one else: an overwrite that allows `view_channel` does not open it. Direct messages have no
overwrites.
";

/// One line of the example.
struct Line {
    who: &'static str,
    role: Role,
    held: &'static [RoleId],
    overwrites: fn() -> Vec<Overwrite>,
    told: &'static str,
}

fn one(target: Target, allow: &[Permission], deny: &[Permission]) -> Overwrite {
    Overwrite { target, allow: Permissions::of(allow), deny: Permissions::of(deny) }
}

fn read_only() -> Vec<Overwrite> {
    vec![one(Target::Everybody, &[], &[Permission::SendMessages])]
}

fn press() -> Vec<Overwrite> {
    let mut all = read_only();
    all.push(one(Target::Role(PRESS), &[Permission::SendMessages], &[]));
    all
}

fn press_and_quiet() -> Vec<Overwrite> {
    let mut all = press();
    all.push(one(Target::Role(QUIET), &[], &[Permission::SendMessages]));
    all
}

fn without_ann() -> Vec<Overwrite> {
    let mut all = press_and_quiet();
    all.push(one(Target::User(ANN), &[], &[Permission::ViewChannel]));
    all
}

const EXAMPLE: [Line; 7] = [
    Line { who: "a member", role: Role::Member, held: &[], overwrites: Vec::new, told: "none" },
    Line {
        who: "a member",
        role: Role::Member,
        held: &[],
        overwrites: read_only,
        told: "everybody: deny `send_messages`",
    },
    Line {
        who: "a member with the role press",
        role: Role::Member,
        held: &[PRESS],
        overwrites: press,
        told: "the same, and press: allow `send_messages`",
    },
    Line {
        who: "a member with the roles press and quiet",
        role: Role::Member,
        held: &[PRESS, QUIET],
        overwrites: press_and_quiet,
        told: "the same, and quiet: deny `send_messages`",
    },
    Line {
        who: "a member with the role quiet",
        role: Role::Member,
        held: &[QUIET],
        overwrites: press_and_quiet,
        told: "the same",
    },
    Line {
        who: "Ann, a member with the role press",
        role: Role::Member,
        held: &[PRESS],
        overwrites: without_ann,
        told: "the same, and Ann: deny `view_channel`",
    },
    Line {
        who: "Ann, once she is an admin",
        role: Role::Admin,
        held: &[PRESS],
        overwrites: without_ann,
        told: "the same",
    },
];

fn yes(holds: bool) -> &'static str {
    if holds { "yes" } else { "–" }
}

/// What the rule says of one line: whether they see the channel, and whether they post there.
fn judged(line: &Line) -> (bool, bool) {
    let nothing = RoleRights { permissions: Permissions::NONE, position: 1 };
    let channel = ChannelRights::new(Visibility::Public, (line.overwrites)());
    let community = CommunityRights {
        channels: HashMap::from([(CHANNEL, channel)]),
        roles: Arc::new(HashMap::from([(PRESS, nothing), (QUIET, nothing)])),
    };
    let person = MemberRights::new(ANN, line.role, None, vec![CHANNEL]).with_roles(line.held.to_vec());
    let found = standing(&community, Some(&person), Some(CHANNEL), 1);
    (found.sees(), found.in_channel && found.may(Permission::SendMessages))
}

fn page() -> String {
    let mut page = String::from(HEAD);
    let roles = [Role::Member, Role::Admin, Role::Owner].map(Permissions::of_role);
    page.push_str("\n| permission | allows to | member | admin | owner |\n| --- | --- | --- | --- | --- |\n");
    for one in Permission::ALL {
        let [member, admin, owner] = roles.map(|held| yes(held.contains(*one)));
        let allows = one.allows().trim_end_matches('.');
        writeln!(page, "| `{}` | {allows} | {member} | {admin} | {owner} |", one.as_str())
            .expect("is written");
    }
    page.push_str(RANKS);
    page.push_str(GRANTS);
    page.push_str(ORDER);
    page.push_str("\nFor example, in a public channel that the person has joined:\n\n");
    page.push_str("| who | overwrites | sees it | posts |\n| --- | --- | --- | --- |\n");
    for line in &EXAMPLE {
        let (sees, posts) = judged(line);
        writeln!(page, "| {} | {} | {} | {} |", line.who, line.told, yes(sees), yes(posts))
            .expect("is written");
    }
    page
}

#[test]
fn the_page_of_permissions_says_what_the_code_does() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.md");
    if std::env::var_os("AJET_WRITE_DOCS").is_some() {
        std::fs::write(path, page()).expect("writes");
    }
    let written = std::fs::read_to_string(path).expect("the page; AJET_WRITE_DOCS=1 writes it");
    assert_eq!(written, page(), "AJET_WRITE_DOCS=1 writes the page anew");
}
