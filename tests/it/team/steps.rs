//! What people do in a run, as far as it is fixed before: who does what. To which message or channel is picked when it is done, from what
//! that person sees then.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::strategy::Union;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Rounds of a run, at most, and steps of a round.
const ROUNDS: usize = 40;
const AT_ONCE: usize = 8;

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    Post,
    PostMention,
    PostHere,
    PostRole,
    PostPoll,
    Reply,
    ReplyToChannel,
    Edit,
    EditMention,
    Delete,
    Purge,
    React,
    Unreact,
    Pin,
    Unpin,
    Vote,
    Save,
    Follow,
    Unfollow,
    MarkRead,
    MarkUnread,
    ReadNotifications,
    MuteChannel,
    NotifyChannel,
    NotifyCommunity,
    KeepDraft,
    DropDraft,
    OpenDm,
    PostDm,
    HideDm,
    ShowDm,
    NameGroup,
    CreateChannel,
    CreatePrivate,
    Rename,
    Close,
    Open,
    Archive,
    Unarchive,
    SlowMode,
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
    Block,
    Unblock,
    Nickname,
    Profile,
    RenameCommunity,
    AddEmoji,
    DeleteEmoji,
    CommandMe,
    CommandTopic,
    CommandNick,
    BotPosts,
    MakeToken,
    RevokeToken,
    HookPosts,
}

/// How often each act is done among all others.
pub const ACTS: &[(u32, Act)] = &[
    (14, Act::Post),
    (4, Act::PostMention),
    (3, Act::PostHere),
    (2, Act::PostRole),
    (2, Act::PostPoll),
    (3, Act::Reply),
    (2, Act::ReplyToChannel),
    (3, Act::Edit),
    (3, Act::EditMention),
    (3, Act::Delete),
    (1, Act::Purge),
    (3, Act::React),
    (1, Act::Unreact),
    (1, Act::Pin),
    (1, Act::Unpin),
    (3, Act::Vote),
    (1, Act::Save),
    (3, Act::Follow),
    (2, Act::Unfollow),
    (6, Act::MarkRead),
    (4, Act::MarkUnread),
    (2, Act::ReadNotifications),
    (1, Act::MuteChannel),
    (1, Act::NotifyChannel),
    (1, Act::NotifyCommunity),
    (2, Act::KeepDraft),
    (1, Act::DropDraft),
    (4, Act::OpenDm),
    (3, Act::PostDm),
    (2, Act::HideDm),
    (2, Act::ShowDm),
    (3, Act::NameGroup),
    (3, Act::CreateChannel),
    (3, Act::CreatePrivate),
    (2, Act::Rename),
    (2, Act::Close),
    (2, Act::Open),
    (2, Act::Archive),
    (2, Act::Unarchive),
    (2, Act::SlowMode),
    (2, Act::DeleteChannel),
    (8, Act::Join),
    (2, Act::Leave),
    (4, Act::LetIn),
    (2, Act::PutOut),
    (2, Act::CreateCategory),
    (2, Act::RenameCategory),
    (2, Act::DeleteCategory),
    (2, Act::PlaceChannel),
    (3, Act::CreateRole),
    (2, Act::UpdateRole),
    (2, Act::DeleteRole),
    (3, Act::GiveRole),
    (3, Act::SetOverwrite),
    (2, Act::RemoveOverwrite),
    (2, Act::Promote),
    (2, Act::Kick),
    (2, Act::Ban),
    (4, Act::Unban),
    (2, Act::LeaveCommunity),
    (9, Act::ComeBack),
    (2, Act::Mute),
    (3, Act::Unmute),
    (1, Act::Block),
    (1, Act::Unblock),
    (1, Act::Nickname),
    (1, Act::Profile),
    (1, Act::RenameCommunity),
    (2, Act::AddEmoji),
    (2, Act::DeleteEmoji),
    (2, Act::CommandMe),
    (2, Act::CommandTopic),
    (2, Act::CommandNick),
    (4, Act::BotPosts),
    (3, Act::MakeToken),
    (2, Act::RevokeToken),
    (4, Act::HookPosts),
];

/// Something that one person does at one node.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Whose place in the team.
    pub who: usize,
    pub act: Act,
    /// By what its object is picked.
    pub pick: u32,
}

/// What is done in one round is done at the same time.
pub type Rounds = Vec<Vec<Step>>;

/// What so many people may do. What is made simpler has less of it, and the rest as it was.
pub fn rounds(people: usize) -> impl Strategy<Value = Rounds> {
    let act = Union::new_weighted(ACTS.iter().map(|(often, act)| (*often, Just(*act))).collect());
    let step = (0..people, act, any::<u32>()).prop_map(|(who, act, pick)| Step { who, act, pick });
    vec(vec(step.no_shrink(), 1..=AT_ONCE), 1..=ROUNDS)
}

/// Makes the same of a strategy whenever the seed is the same.
pub fn runner(seed: u64) -> TestRunner {
    let rng_seed = RngSeed::Fixed(seed);
    TestRunner::new(Config { rng_seed, failure_persistence: None, ..Config::default() })
}
