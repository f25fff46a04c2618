//! The shape rules as the API's description shows them: what a field of a request takes, with the numbers of [`limits`].
//!
//! A field names its form in `#[schema(value_type = …)]`, beside the rule of [`crate::shape`] that checks it. The types
//! here hold nothing: only their schemas are used. A length counts characters of what is stored, so blanks around a text do not
//! count on the server, and count for a client that checks by the schema alone.

use std::borrow::Cow;

use serde_json::Value;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

use crate::limits;

macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident = $schema:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )+};
}

forms! {
    /// A name: [`crate::shape::name`].
    NameText = text(1, limits::NAME_CHARS);
    /// A user name: [`crate::shape::username`].
    UsernameText = text(1, limits::USERNAME_CHARS).pattern(Some("^[A-Za-z0-9._-]+$"));
    /// A topic: [`crate::shape::topic`].
    TopicText = text(0, limits::TOPIC_CHARS);
    /// A message's text: [`crate::shape::body`].
    BodyText = text(1, limits::BODY_CHARS);
    /// A message's text, or nothing where it has files or a poll: [`crate::shape::body_or_none`].
    PostText = text(0, limits::BODY_CHARS);
    /// A poll's question: [`crate::shape::poll_question`].
    PollQuestion = text(1, limits::POLL_QUESTION_CHARS);
    /// An option of a poll: [`crate::shape::poll_option`].
    PollOptionText = text(1, limits::POLL_OPTION_CHARS);
    /// The place of an option in its poll: [`crate::CastVotes`].
    OptionIndex = number(0, limits::POLL_OPTION_LAST);
    /// A community's slug: [`crate::shape::slug`].
    SlugText = text(*limits::SLUG_CHARS.start(), *limits::SLUG_CHARS.end()).pattern(Some("^[a-z0-9-]+$"));
    /// An idempotency key: [`crate::shape::idempotency_key`].
    KeyText = text(1, limits::IDEMPOTENCY_KEY_CHARS);
    /// An http or https address: [`crate::shape::web_url`].
    WebAddress = text(1, limits::URL_CHARS)
        .pattern(Some("^[Hh][Tt][Tt][Pp][Ss]?://"))
        .format(Some(SchemaFormat::Custom("uri".to_owned())));
    /// An http or https address, or nothing: [`crate::shape::web_url_or_none`].
    OptionalWebAddress = text(0, limits::URL_CHARS).pattern(Some("^([Hh][Tt][Tt][Pp][Ss]?://.*)?$"));
    /// What a member is called, or nothing: [`crate::shape::nickname`].
    NicknameText = text(0, limits::NAME_CHARS);
    /// How high a custom role stands: [`crate::shape::role_position`].
    RolePosition = number(0, limits::ROLE_POSITION);
    /// A number of uses: [`crate::shape::at_least_one`].
    UseCount = number(1, i64::from(i32::MAX));
    /// A place in an order: [`crate::shape::position`].
    PositionNumber = number(0, i64::from(i32::MAX));
    /// A time in seconds: [`crate::shape::seconds`].
    SecondCount = number(1, limits::MUTE_SECONDS);
    /// How long a message may be edited, in seconds: [`crate::UpdateSettings`].
    EditSeconds = number(0, limits::EDIT_WINDOW_MOST);
    /// How large an upload may be, in bytes: [`crate::UpdateSettings`].
    UploadSize = number(1, limits::UPLOAD_BYTES_MOST);
    /// How long something is kept, in days: [`crate::UpdateSettings`].
    DayCount = number(1, limits::RETENTION_DAYS);
    /// The domain of e-mail addresses: [`crate::shape::domain`].
    DomainText = text(1, limits::DOMAIN_CHARS).pattern(Some("^[a-z0-9-]+([.][a-z0-9-]+)+$"));
    /// How many messages a purge deletes: [`crate::shape::purge_count`].
    PurgeCount = number(1, limits::PURGED);
    /// A pause between messages, in seconds: [`crate::shape::slow_seconds`].
    SlowSeconds = number(0, limits::SLOW_MODE_SECONDS);
    /// A file's name: [`crate::shape`] says what is visible.
    FilenameText = text(1, limits::FILENAME_CHARS);
    /// What a file shows, in words.
    AltText = text(0, limits::ALT_CHARS);
    /// A media type.
    MediaTypeText = text(1, limits::MEDIA_TYPE_CHARS);
    /// The size of a page.
    PageSize = number(1, i64::from(limits::PAGE_MAX)).default(Some(Value::from(limits::PAGE_DEFAULT)));
    /// What an operator may name an entity by.
    EntityKind = words(["community", "channel", "person", "user"]).description(Some("A kind of entity."));
    /// Whether a node takes requests.
    ReadyWord = words(["ready", "not_ready"]).description(Some("Whether a node takes requests."));
    /// How an operator may kill an activation.
    KillWord = words(["stop", "panic"]);
    /// The name of a custom emoji: [`crate::is_emoji_name`].
    EmojiNameText = text(*limits::EMOJI_NAME_CHARS.start(), *limits::EMOJI_NAME_CHARS.end()).pattern(Some("^[a-z0-9_]+$"));
    /// A type of event that outgoing webhooks are sent: [`crate::outgoing::DELIVERED`].
    DeliveredEvent = words(crate::outgoing::DELIVERED.map(crate::EventType::as_str))
        .description(Some("A type of event that outgoing webhooks are sent."));
    /// What became of a delivery.
    DeliveryWord = words(crate::DeliveryStatus::ALL.map(crate::DeliveryStatus::as_str))
        .description(Some("What became of a delivery."));
    /// The name of a slash command: [`crate::shape::command_name`].
    CommandNameText = text(1, limits::COMMAND_NAME_CHARS).pattern(Some("^[a-z0-9_-]+$"));
    /// The name of a sign-in provider that is to be added, with something that addresses can hold: [`crate::provider_slug`].
    ProviderNameText = text(1, limits::NAME_CHARS).pattern(Some("^[^A-Za-z0-9]*[A-Za-z0-9]"));
    /// A sign-in provider's part of addresses: [`crate::provider_slug`], or its name in the configuration, which may hold `_` and has no
    /// length that it must keep to.
    ProviderSlugText = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).pattern(Some("^[a-z0-9_-]+$"));
    /// The bytes of a file.
    FileBytes = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
        .description(Some("The bytes of a file."));
    /// A yes or no as clients of webhooks write it.
    YesNo = words(["true", "1", "false", "0"]);
}

fn text(least: usize, most: usize) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).min_length(Some(least)).max_length(Some(most))
}

fn words<const N: usize>(all: [&'static str; N]) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(all))
}

fn number(least: i64, most: i64) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(least))
        .maximum(Some(most))
}

/// A request that makes something, and may say under which key.
pub trait Creates {
    /// The caller's idempotency key.
    fn client_mutation_id(&self) -> Option<&str>;
}

macro_rules! creates {
    ($($request:ty),+ $(,)?) => {$(
        impl Creates for $request {
            fn client_mutation_id(&self) -> Option<&str> {
                self.client_mutation_id.as_deref()
            }
        }
    )+};
}

creates! {
    crate::AddPushSubscription,
    crate::AskForExport,
    crate::BeginUpload,
    crate::CreateBot,
    crate::CreateCategory,
    crate::CreateChannel,
    crate::CreateCommand,
    crate::CreateCommunity,
    crate::CreateInvite,
    crate::CreateOauthProvider,
    crate::CreateOutgoingWebhook,
    crate::CreateRole,
    crate::CreateToken,
    crate::CreateWebhook,
    crate::OpenDm,
    crate::PostMessage,
    crate::PurgeMessages,
    crate::RunCommand,
    crate::ScheduleMessage,
}
