//! The side bar of a community's settings, with the pages that its reader may use.

use ajet_protocol::{Community, Permission, Permissions};
use maud::Markup;

use crate::components::Icon;
use crate::pages::inside::{Content, Inside};
use crate::shell::{Links, links};
use crate::strings::Strings;

/// A community as somebody who manages parts of it sees it.
#[derive(Debug, Clone, Copy)]
pub struct Managed<'a> {
    pub inside: Inside<'a>,
    pub community: &'a Community,
    /// What they may do in it.
    pub rights: Permissions,
}

/// A page: the end of its address, its icon, its name, and the permission that it takes; without one, every member may look at it.
type Row = (&'static str, Icon, fn(&Strings) -> &'static str, Option<Permission>);

static PAGES: [Row; 12] = [
    ("general", Icon::General, |t| t.shared.general, Some(Permission::ManageCommunity)),
    ("channels", Icon::Channel, |t| t.channels.channels, Some(Permission::ManageChannels)),
    ("roles", Icon::Roles, |t| t.shared.roles, Some(Permission::ManageRoles)),
    ("members", Icon::Members, |t| t.members.members, None),
    ("invites", Icon::Invite, |t| t.members.invites, Some(Permission::CreateInvites)),
    ("bans", Icon::Ban, |t| t.members.bans, Some(Permission::BanMembers)),
    ("webhooks", Icon::Webhook, |t| t.programs.webhooks, Some(Permission::ManageWebhooks)),
    ("outgoing", Icon::Outgoing, |t| t.programs.outgoing, Some(Permission::ManageWebhooks)),
    ("bots", Icon::Bot, |t| t.programs.bots, Some(Permission::ManageBots)),
    ("commands", Icon::Command, |t| t.programs.commands, Some(Permission::ManageBots)),
    ("emoji", Icon::Emoji, |t| t.community.emoji, None),
    ("audit", Icon::Audit, |t| t.shared.audit, Some(Permission::ViewAudit)),
];

/// The first page that somebody with these rights may use.
#[must_use]
pub fn first_page(rights: Permissions) -> &'static str {
    PAGES.iter().find(|page| may_use(page, rights)).map_or("members", |(end, ..)| *end)
}

fn may_use((.., takes): &Row, rights: Permissions) -> bool {
    takes.is_none_or(|one| rights.contains(one))
}

impl Managed<'_> {
    /// The address of a page or form of these settings.
    #[must_use]
    pub fn address(&self, end: &str) -> String {
        format!("/c/{}/settings/{end}", self.community.slug)
    }

    /// Whether they may do something.
    #[must_use]
    pub(super) fn may(&self, one: Permission) -> bool {
        self.rights.contains(one)
    }

    pub(super) fn strings(&self) -> &'static Strings {
        self.inside.viewer.strings()
    }

    /// A page, at the end of its address.
    pub(super) fn page(&self, end: &str, content: &Content<'_>) -> Markup {
        let t = self.strings();
        let usable: Vec<_> = PAGES.iter().filter(|page| may_use(page, self.rights)).collect();
        let addresses: Vec<_> = usable.iter().map(|(end, ..)| self.address(end)).collect();
        let rows: Vec<_> = usable
            .iter()
            .zip(&addresses)
            .map(|((_, icon, word, _), at)| (at.as_str(), *icon, word(t)))
            .collect();
        let groups = [Links { name: None, links: &rows }];
        let back = format!("/c/{}", self.community.slug);
        let head = (self.community.name.as_str(), back.as_str());
        let sidebar = links(self.inside.viewer, head, &groups, &self.address(end), self.inside.me);
        self.inside.page(sidebar, Some(self.community.id), content)
    }
}
