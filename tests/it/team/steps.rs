//! What people do in a run, as far as it is fixed before: who does what. To which message or channel is picked when it is done, from what
//! that person sees then.

/// Numbers that follow from a seed (SplitMix64).
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 32) as u32
    }
}

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    Post,
    PostMention,
    PostHere,
    PostToAll,
    PostPoll,
    Vote,
    Reply,
    ReplyToChannel,
    Edit,
    Delete,
    React,
    Unreact,
    Pin,
    Unpin,
    MarkRead,
    MarkUnread,
    NotifyCommunity,
    Block,
    Unblock,
    ReadNotifications,
    MuteChannel,
    NotifyChannel,
    KeepDraft,
    DropDraft,
    OpenDm,
    PostDm,
    HideDm,
    ShowDm,
    CreateChannel,
    CreatePrivate,
    Rename,
    Close,
    Open,
    Archive,
    Unarchive,
    DeleteChannel,
    Join,
    Leave,
    LetIn,
    PutOut,
    CreateCategory,
    RenameCategory,
    DeleteCategory,
    PlaceChannel,
    CreateRole,
    UpdateRole,
    DeleteRole,
    GiveRole,
    SetOverwrite,
    RemoveOverwrite,
    Promote,
    Kick,
    Ban,
    Unban,
    LeaveCommunity,
    ComeBack,
    Mute,
    Unmute,
    Nickname,
    Profile,
}

/// Acts, and how often each is done among all others.
pub const ACTS: &[(Act, u32)] = &[
    (Act::Post, 14),
    (Act::PostMention, 4),
    (Act::PostHere, 2),
    (Act::PostToAll, 1),
    (Act::PostPoll, 1),
    (Act::Vote, 2),
    (Act::Reply, 3),
    (Act::ReplyToChannel, 1),
    (Act::Edit, 3),
    (Act::Delete, 3),
    (Act::React, 3),
    (Act::Unreact, 1),
    (Act::Pin, 1),
    (Act::Unpin, 1),
    (Act::MarkRead, 6),
    (Act::MarkUnread, 2),
    (Act::NotifyCommunity, 1),
    (Act::Block, 1),
    (Act::Unblock, 1),
    (Act::ReadNotifications, 2),
    (Act::MuteChannel, 1),
    (Act::NotifyChannel, 1),
    (Act::KeepDraft, 2),
    (Act::DropDraft, 1),
    (Act::OpenDm, 2),
    (Act::PostDm, 3),
    (Act::HideDm, 1),
    (Act::ShowDm, 1),
    (Act::CreateChannel, 2),
    (Act::CreatePrivate, 2),
    (Act::Rename, 1),
    (Act::Close, 1),
    (Act::Open, 1),
    (Act::Archive, 1),
    (Act::Unarchive, 1),
    (Act::DeleteChannel, 1),
    (Act::Join, 6),
    (Act::Leave, 2),
    (Act::LetIn, 3),
    (Act::PutOut, 1),
    (Act::CreateCategory, 1),
    (Act::RenameCategory, 1),
    (Act::DeleteCategory, 1),
    (Act::PlaceChannel, 1),
    (Act::CreateRole, 2),
    (Act::UpdateRole, 1),
    (Act::DeleteRole, 1),
    (Act::GiveRole, 2),
    (Act::SetOverwrite, 2),
    (Act::RemoveOverwrite, 1),
    (Act::Promote, 1),
    (Act::Kick, 1),
    (Act::Ban, 1),
    (Act::Unban, 2),
    (Act::LeaveCommunity, 1),
    (Act::ComeBack, 4),
    (Act::Mute, 1),
    (Act::Unmute, 1),
    (Act::Nickname, 1),
    (Act::Profile, 1),
];

/// Something that one person does at one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Steps of one round are done at the same time.
    pub round: usize,
    /// Whose place in the team.
    pub who: usize,
    pub act: Act,
    /// By what its object is picked.
    pub pick: u32,
}

/// The steps of so many people in so many rounds.
pub fn steps(seed: u64, people: usize, rounds: usize) -> Vec<Step> {
    let mut dice = Dice::of(seed);
    let all: u32 = ACTS.iter().map(|(_, often)| often).sum();
    let mut steps = Vec::new();
    for round in 0..rounds {
        for who in 0..people {
            let mut left = dice.roll() % all;
            let chosen = ACTS.iter().find(|(_, often)| {
                let is_here = left < *often;
                left = left.saturating_sub(*often);
                is_here
            });
            let act = chosen.map_or(Act::Post, |(act, _)| *act);
            steps.push(Step { round, who, act, pick: dice.roll() });
        }
    }
    steps
}

#[test]
fn a_seed_makes_the_same_steps_and_all_acts_come() {
    let made = steps(1, 5, 400);
    assert_eq!(made, steps(1, 5, 400));
    assert_ne!(made, steps(2, 5, 400));
    for (act, _) in ACTS {
        assert!(made.iter().any(|step| step.act == *act), "{act:?}");
    }
}
