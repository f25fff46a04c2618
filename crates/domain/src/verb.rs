//! What a verb is, and the table that lists an entity's verbs.
//!
//! A verb is one file, typed from end to end: its fields, its answer, its refusals, what it needs looked up, and its decision. The
//! table ([`verbs!`](crate::verbs)) gives each a number between nodes, and makes the enums that mailboxes and frames carry.

use std::borrow::Cow;

use ajet_protocol::{
    BotId, CategoryId, ChannelId, CommandId, EmojiId, InviteId, MessageId, OutgoingWebhookId, RoleId,
    TokenId, UserId, WebhookId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::asked::Caller;
use crate::journal::{DuplicateKey, KeySet};
use crate::need::Needs;
use crate::refusal::{Refusal, Said};
use crate::writer::{Core, Decision, Turn};

/// What an entity can be asked to do.
pub trait Verb: std::fmt::Debug + Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Which entity can.
    type Entity: Core;
    /// What the caller is told when it is done.
    type Answer: Serialize + DeserializeOwned + Send + 'static;
    type Refusal: Refusal;

    /// The idempotency keys that it shares with no other verb; `None`: it makes nothing, and takes no key.
    const KEYS: Option<KeySpace> = None;
    /// Whether two attempts of one command may overlap.
    const REPEATS: Repeats;
    /// The request's field that is to blame where the event would be larger than the bus takes.
    const LARGEST: &'static str = "name";

    /// What must be looked up before it is decided. The writer asks for the caller's idempotency key itself.
    fn needs(&self, core: &Self::Entity, by: &Caller, needs: &mut Needs);

    /// Whether its key is looked up before it is decided, also where the entity does not do so: where the first attempt may be the reason why
    /// a repetition would be refused.
    fn looks_key_up(&self) -> bool {
        false
    }

    /// Decides, on top of what this batch decided before.
    ///
    /// # Errors
    /// The domain's no.
    fn decide(&self, core: &mut Self::Entity, turn: &mut Turn<'_>) -> Decided<Self>;

    /// The answer to a repetition under a key that made this object before.
    fn replayed(_object: Uuid) -> Option<Self::Answer> {
        None
    }

    /// What a named constraint of the store means to it; `None`: it can't break that.
    fn constraint(_name: &str) -> Option<Self::Refusal> {
        None
    }

    /// What the audit log keeps of it.
    fn audit(&self) -> Option<Audit<'_>> {
        None
    }
}

/// A verb's decision, or its no.
pub type Decided<V> =
    Result<Decision<<<V as Verb>::Entity as Core>::Change, <V as Verb>::Answer>, <V as Verb>::Refusal>;

/// A set of idempotency keys: a key is free in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySpace {
    /// Kept with the message itself, as the caller wrote it.
    Messages,
    /// Kept in a table, behind this prefix.
    Of(&'static str),
}

impl KeySpace {
    /// The text of a key as it is stored. Keys may hold anything, a prefix holds no `:`.
    #[must_use]
    pub fn text(self, key: &str) -> String {
        match self {
            KeySpace::Messages => key.to_owned(),
            KeySpace::Of(prefix) => format!("{prefix}:{key}"),
        }
    }

    /// A person's key as it is stored.
    #[must_use]
    pub fn stored(self, author: UserId, key: &str) -> DuplicateKey {
        let set = match self {
            KeySpace::Messages => KeySet::Messages,
            KeySpace::Of(_) => KeySet::Objects,
        };
        DuplicateKey { author, set, key: self.text(key) }
    }
}

/// Whether attempts of a command may overlap: one that reaches the entity late, after its caller has gone on to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// Yes: by its key or by its nature it does nothing twice, and undoes nothing that came after.
    Freely,
    /// No: the next attempt waits until this one has expired.
    InTurn,
}

/// What the audit log keeps of a command that changed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit<'a> {
    /// Such as `member.ban`.
    pub action: &'static str,
    /// What it was done to.
    pub target: AuditTarget,
    /// What else is worth knowing, by name: why it was done, in the caller's words, or what became of the target.
    pub details: Vec<(&'static str, Cow<'a, str>)>,
}

impl<'a> Audit<'a> {
    /// An act on something, with no more to say about it.
    #[must_use]
    pub fn of(action: &'static str, target: AuditTarget) -> Self {
        Self { action, target, details: Vec::new() }
    }

    /// The same with a detail, if there is one.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Option<impl Into<Cow<'a, str>>>) -> Self {
        self.details.extend(value.map(|value| (name, value.into())));
        self
    }
}

/// What an audited command was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditTarget {
    Person(UserId),
    Channel(ChannelId),
    Message(MessageId),
    Category(CategoryId),
    Role(RoleId),
    Invite(InviteId),
    Webhook(WebhookId),
    OutgoingWebhook(OutgoingWebhookId),
    Emoji(EmojiId),
    Bot(BotId),
    Token(TokenId),
    Command(CommandId),
    /// The community itself.
    Community,
    /// The entity that decides, which is a channel.
    OwnChannel,
    /// The account of the person whose entity decides.
    Account,
    /// What the decision made, which is of this kind.
    Made(&'static str),
}

impl AuditTarget {
    /// The kind that the log names a person by.
    pub const PERSON: &'static str = "user";

    /// The kind of the target and its id, as the log names them; `own` is the id of the entity that decided, `made` that of what it made.
    #[must_use]
    pub fn named(self, own: Uuid, made: Option<Uuid>) -> (&'static str, Option<Uuid>) {
        match self {
            Self::Person(id) => (Self::PERSON, Some(id.0)),
            Self::Channel(id) => ("channel", Some(id.0)),
            Self::Message(id) => ("message", Some(id.0)),
            Self::Category(id) => ("category", Some(id.0)),
            Self::Role(id) => ("role", Some(id.0)),
            Self::Invite(id) => ("invite", Some(id.0)),
            Self::Webhook(id) => ("webhook", Some(id.0)),
            Self::OutgoingWebhook(id) => ("outgoing_webhook", Some(id.0)),
            Self::Emoji(id) => ("emoji", Some(id.0)),
            Self::Bot(id) => ("bot", Some(id.0)),
            Self::Token(id) => ("token", Some(id.0)),
            Self::Command(id) => ("command", Some(id.0)),
            Self::Community => ("community", Some(own)),
            Self::OwnChannel => ("channel", Some(own)),
            Self::Account => (Self::PERSON, Some(own)),
            Self::Made(kind) => (kind, made),
        }
    }
}

/// The answer of a verb that makes something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub enum Made<T> {
    /// It is new.
    New(T),
    /// An earlier request under the same key made this object; how it is now, the store knows.
    Before(Uuid),
}

/// All verbs of an entity as one type.
pub trait Verbs: std::fmt::Debug + Clone + Send + Sync + Sized + 'static {
    /// The entity.
    type Entity: Core<Command = Self>;
    /// An answer of any of them.
    type Answer: Send + 'static;
    /// A refusal of any of them.
    type Refused: Copy + Send + std::fmt::Debug + 'static;

    /// The verb's number between nodes.
    fn tag(&self) -> u16;
    /// The first wire version that knows it.
    fn since(&self) -> u16;
    /// [`Verb::REPEATS`]
    fn repeats(&self) -> Repeats;
    /// [`Verb::KEYS`]
    fn keys(&self) -> Option<KeySpace>;
    /// [`Verb::needs`]
    fn needs(&self, core: &Self::Entity, by: &Caller, needs: &mut Needs);
    /// [`Verb::looks_key_up`]
    fn looks_key_up(&self) -> bool;
    /// [`Verb::decide`]
    ///
    /// # Errors
    /// The domain's no.
    fn decide(&self, core: &mut Self::Entity, turn: &mut Turn<'_>) -> DecidedAny<Self>;
    /// [`Verb::replayed`]
    fn replayed(&self, object: Uuid) -> Option<Self::Answer>;
    /// [`Verb::constraint`]
    fn constraint(&self, name: &str) -> Option<Self::Refused>;
    /// [`Verb::audit`]
    fn audit(&self) -> Option<Audit<'_>>;

    /// The verb's fields as bytes.
    fn encode<C: Codec>(&self, codec: &C) -> Option<Vec<u8>>;
    /// The verb of this number; `None` where this version does not know it, or can't read its fields.
    fn decode<C: Codec>(tag: u16, bytes: &[u8], codec: &C) -> Option<Self>;
    /// An answer as bytes.
    fn encode_answer<C: Codec>(answer: &Self::Answer, codec: &C) -> Option<Vec<u8>>;
    /// The answer of the verb of this number.
    fn decode_answer<C: Codec>(tag: u16, bytes: &[u8], codec: &C) -> Option<Self::Answer>;
    /// A refusal's name.
    fn refusal_name(refused: Self::Refused) -> &'static str;
    /// The refusal of this name of the verb of this number.
    fn refusal_named(tag: u16, name: &str) -> Option<Self::Refused>;
    /// How a refusal is said.
    fn said(refused: Self::Refused) -> Said;
}

/// The decision of any verb, or its no.
pub type DecidedAny<V> =
    Result<Decision<<<V as Verbs>::Entity as Core>::Change, <V as Verbs>::Answer>, <V as Verbs>::Refused>;

/// A verb's place in the table of its entity.
pub trait Listed: Verb + Into<<Self::Entity as Core>::Command>
where
    <Self::Entity as Core>::Command: Verbs<Entity = Self::Entity>,
{
    /// This verb's own answer; `None` for that of any other verb.
    fn own_answer(answer: AnswerOf<Self::Entity>) -> Option<Self::Answer>;
    /// This verb's own refusal; `None` for that of any other verb.
    fn own_refusal(refused: RefusedOf<Self::Entity>) -> Option<Self::Refusal>;
}

/// An answer of any verb of an entity.
pub type AnswerOf<E> = <<E as Core>::Command as Verbs>::Answer;
/// A refusal of any verb of an entity.
pub type RefusedOf<E> = <<E as Core>::Command as Verbs>::Refused;

/// How values become bytes; known to the wire alone.
pub trait Codec {
    /// None where the value is none that can be written so.
    fn write<T: Serialize>(&self, value: &T) -> Option<Vec<u8>>;
    /// None where the bytes are something else.
    fn read<T: DeserializeOwned>(&self, bytes: &[u8]) -> Option<T>;
}

/// Lists an entity's verbs: `number Verb since wire version`. A number is never changed and never used again.
#[macro_export]
macro_rules! verbs {
    ($entity:ident { $($tag:literal $verb:ident since $since:literal),+ $(,)? }) => {
        /// Any of the verbs.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Command { $($verb($verb)),+ }

        /// The answer of any of the verbs.
        #[derive(Debug)]
        pub enum Answer { $($verb(<$verb as $crate::verb::Verb>::Answer)),+ }

        /// The refusal of any of the verbs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Refused { $($verb(<$verb as $crate::verb::Verb>::Refusal)),+ }

        impl Command {
            /// The numbers of all verbs, with their names.
            pub const LIST: &'static [(u16, &'static str)] = &[$(($tag, stringify!($verb))),+];
        }

        impl $crate::verb::Verbs for Command {
            type Entity = $entity;
            type Answer = Answer;
            type Refused = Refused;

            fn tag(&self) -> u16 { match self { $(Self::$verb(_) => $tag),+ } }
            fn since(&self) -> u16 { match self { $(Self::$verb(_) => $since),+ } }
            fn repeats(&self) -> $crate::verb::Repeats {
                match self { $(Self::$verb(_) => <$verb as $crate::verb::Verb>::REPEATS),+ }
            }
            fn keys(&self) -> Option<$crate::verb::KeySpace> {
                match self { $(Self::$verb(_) => <$verb as $crate::verb::Verb>::KEYS),+ }
            }
            fn needs(&self, core: &$entity, by: &$crate::asked::Caller, needs: &mut $crate::need::Needs) {
                match self { $(Self::$verb(verb) => $crate::verb::Verb::needs(verb, core, by, needs)),+ }
            }
            fn looks_key_up(&self) -> bool {
                match self { $(Self::$verb(verb) => $crate::verb::Verb::looks_key_up(verb)),+ }
            }
            fn decide(
                &self,
                core: &mut $entity,
                turn: &mut $crate::writer::Turn<'_>,
            ) -> $crate::verb::DecidedAny<Self> {
                match self {
                    $(Self::$verb(verb) => match $crate::verb::Verb::decide(verb, core, turn) {
                        Ok(decision) => Ok(decision.map(Answer::$verb)),
                        Err(refusal) => Err(Refused::$verb(refusal)),
                    }),+
                }
            }
            fn replayed(&self, object: uuid::Uuid) -> Option<Answer> {
                match self {
                    $(Self::$verb(_) => <$verb as $crate::verb::Verb>::replayed(object).map(Answer::$verb)),+
                }
            }
            fn constraint(&self, name: &str) -> Option<Refused> {
                match self {
                    $(Self::$verb(_) => <$verb as $crate::verb::Verb>::constraint(name).map(Refused::$verb)),+
                }
            }
            fn audit(&self) -> Option<$crate::verb::Audit<'_>> {
                match self { $(Self::$verb(verb) => $crate::verb::Verb::audit(verb)),+ }
            }
            fn encode<C: $crate::verb::Codec>(&self, codec: &C) -> Option<Vec<u8>> {
                match self { $(Self::$verb(verb) => codec.write(verb)),+ }
            }
            fn decode<C: $crate::verb::Codec>(tag: u16, bytes: &[u8], codec: &C) -> Option<Self> {
                match tag {
                    $($tag => codec.read::<$verb>(bytes).map(Self::$verb),)+
                    _ => None,
                }
            }
            fn encode_answer<C: $crate::verb::Codec>(answer: &Answer, codec: &C) -> Option<Vec<u8>> {
                match answer { $(Answer::$verb(answer) => codec.write(answer)),+ }
            }
            fn decode_answer<C: $crate::verb::Codec>(tag: u16, bytes: &[u8], codec: &C) -> Option<Answer> {
                match tag {
                    $($tag => codec.read(bytes).map(Answer::$verb),)+
                    _ => None,
                }
            }
            fn refusal_name(refused: Refused) -> &'static str {
                match refused { $(Refused::$verb(refusal) => $crate::Refusal::name(refusal)),+ }
            }
            fn refusal_named(tag: u16, name: &str) -> Option<Refused> {
                match tag {
                    $($tag => $crate::Refusal::named(name).map(Refused::$verb),)+
                    _ => None,
                }
            }
            fn said(refused: Refused) -> $crate::Said {
                match refused { $(Refused::$verb(refusal) => $crate::Refusal::said(refusal)),+ }
            }
        }

        $(
            impl From<$verb> for Command {
                fn from(verb: $verb) -> Self { Self::$verb(verb) }
            }

            impl $crate::verb::Listed for $verb {
                fn own_answer(answer: Answer) -> Option<Self::Answer> {
                    #[allow(unreachable_patterns, reason = "an entity may have one verb only")]
                    match answer { Answer::$verb(answer) => Some(answer), _ => None }
                }
                fn own_refusal(refused: Refused) -> Option<Self::Refusal> {
                    #[allow(unreachable_patterns, reason = "an entity may have one verb only")]
                    match refused { Refused::$verb(refusal) => Some(refusal), _ => None }
                }
            }
        )+
    };
}
