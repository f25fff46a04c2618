//! A verb's line in the tables: who may carry it out, what it tells, and how the stage is set for it.

use ajet_domain::{channel, community, person};
use ajet_protocol::{Code, Permission, Permissions, Role};
use futures::future::LocalBoxFuture;

use super::call::Call;
use super::scene::{Person, Scene, Standing};
use super::{of_channel, of_community, of_person};

/// Sets the stage for a person who is to carry out a verb, and says by which request they do.
pub type Stage = for<'a> fn(&'a Scene, &'a Person) -> LocalBoxFuture<'a, Call>;

/// A verb, carried out in one way.
#[derive(Clone, Copy)]
pub struct Line {
    /// Its name in `Command::LIST`.
    pub verb: &'static str,
    /// The name of the function that sets its stage.
    pub act: &'static str,
    /// Whether it takes an idempotency key.
    pub keyed: bool,
    pub need: Need,
    /// What becomes of it a second time.
    pub again: Again,
    /// The types of the events that it makes: these, and no others.
    pub tells: &'static [&'static str],
    pub stage: Stage,
}

impl Line {
    /// How a failure names it.
    pub fn label(&self) -> String {
        format!("{} ({})", self.verb, self.act)
    }

    /// Whether it makes something: a key of a purge keeps it from being done twice, and what it makes is an answer.
    pub fn creates(&self) -> bool {
        self.keyed && self.verb != "PurgeOnce"
    }

    /// Whether who carries it out stands elsewhere afterwards.
    pub fn moves(&self) -> bool {
        ["AcceptInvite", "LeaveCommunity"].contains(&self.verb)
    }
}

/// What somebody needs to carry out a verb.
#[derive(Debug, Clone, Copy)]
pub enum Need {
    /// A permission, in the community or in the channel.
    May(Permission),
    /// The same, and not to be muted.
    Writes(Permission),
    /// To belong to the community, or to take part in the direct message.
    Member,
    /// To own the community: this permission is not enough.
    Owner(Permission),
    /// To know an invite, and not to be banned.
    Invited,
    /// To be signed in.
    SignedIn,
    /// To own the system.
    SystemOwner,
    /// The server alone: it is carried out in consequence of another request.
    Server,
}

impl Need {
    /// The permission that a holder of a custom role is given for it.
    pub fn permission(self) -> Option<Permission> {
        match self {
            Self::May(one) | Self::Writes(one) | Self::Owner(one) => Some(one),
            _ => None,
        }
    }

    /// What somebody is refused with; `None`: they are not.
    pub fn refusal(self, standing: Standing) -> Option<Code> {
        let is_owner = standing == Standing::Owner;
        match self {
            _ if standing == Standing::SignedOut => Some(Code::Unauthenticated),
            Self::SignedIn | Self::Server => None,
            Self::SystemOwner => (!is_owner).then_some(Code::Forbidden),
            Self::Invited => (standing == Standing::Banned).then_some(Code::Banned),
            // Who is outside may not know what there is.
            _ if !standing.is_inside() => Some(Code::NotFound),
            Self::Member => None,
            Self::Owner(_) => (!is_owner).then_some(Code::Forbidden),
            Self::May(one) | Self::Writes(one) if !holds(standing, one) => Some(Code::Forbidden),
            Self::May(_) => None,
            Self::Writes(_) => (standing == Standing::Muted).then_some(Code::Muted),
        }
    }
}

/// Whether somebody inside has a permission.
fn holds(standing: Standing, one: Permission) -> bool {
    let by_role = Permissions::of_role(Role::Member).contains(one);
    by_role || matches!(standing, Standing::Owner | Standing::Admin | Standing::Holder)
}

/// What becomes of the same request a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// A success that changes nothing and tells nothing.
    Quiet,
    /// What it was about is not there any more.
    Gone,
    /// It is done again, and told again.
    Anew,
}

/// The lines of an entity's verbs.
macro_rules! lines {
    ($entity:ident: $($verb:ident by $need:expr, $again:ident, tells [$($tells:literal),*], $act:ident;)+) => {
        vec![$($crate::laws::line::Line {
            verb: stringify!($verb),
            act: stringify!($act),
            keyed: <ajet_domain::$entity::$verb as ajet_domain::verb::Verb>::KEYS.is_some(),
            need: $need,
            again: $crate::laws::line::Again::$again,
            tells: &[$($tells),*],
            stage: |scene, by| futures::FutureExt::boxed_local($act(scene, by)),
        }),+]
    };
}
pub(crate) use lines;

/// A test of the tables themselves: a new verb has a line, or this fails.
#[test]
fn every_verb_has_its_line() {
    for (entity, list, lines) in [
        ("community", community::Command::LIST, of_community::lines()),
        ("channel", channel::Command::LIST, of_channel::lines()),
        ("person", person::Command::LIST, of_person::lines()),
    ] {
        let has_line = |verb: &str| lines.iter().any(|line| line.verb == verb);
        let lacking: Vec<&str> = list.iter().map(|(_, verb)| *verb).filter(|verb| !has_line(verb)).collect();
        assert!(lacking.is_empty(), "verbs of {entity} without a line in tests/it/laws: {lacking:?}");
    }
}
