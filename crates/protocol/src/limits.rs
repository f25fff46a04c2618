//! Every limit of the public contract, each with its unit.

/// Characters of a message body after trimming.
pub const BODY_CHARS: usize = 4000;
/// Characters of a name (community, channel, person, webhook).
pub const NAME_CHARS: usize = 80;
/// Marks that may stand on one letter of a name.
pub const STACKED_MARKS: usize = 4;
/// Characters of a user name.
pub const USERNAME_CHARS: usize = 64;
/// Bytes of what a provider knows a person or a session by (OpenID Connect Core 1.0, section 2).
pub const PROVIDER_ID_BYTES: usize = 255;
/// Characters of what somebody is called at a provider: an e-mail address fits.
pub const PROVIDER_USERNAME_CHARS: usize = 254;
/// Characters of an e-mail address (RFC 5321, section 4.5.3.1.3).
pub const EMAIL_CHARS: usize = 254;
/// Characters of a channel topic or a status text.
pub const TOPIC_CHARS: usize = 500;
/// Characters of a community slug: at least and at most.
pub const SLUG_CHARS: std::ops::RangeInclusive<usize> = 2..=40;
/// Characters of a `client_mutation_id`.
pub const IDEMPOTENCY_KEY_CHARS: usize = 64;
/// Bytes of a request body.
pub const REQUEST_BYTES: usize = 1024 * 1024;
/// Bytes of an attachment (FS-7).
pub const ATTACHMENT_BYTES: usize = 10 * 1024 * 1024;
/// Bytes of an event's payload: an event must fit into one message of NATS, 1 MiB with its headers.
pub const EVENT_BYTES: usize = 512 * 1024;
/// Bytes of a message's rendered HTML.
pub const HTML_BYTES: usize = 64 * 1024;
/// Items of a page when the caller names no limit.
pub const PAGE_DEFAULT: u32 = 50;
/// Items of a page at most.
pub const PAGE_MAX: u32 = 200;
/// Characters of a URL that a person gives.
pub const URL_CHARS: usize = 2048;
/// Seconds after creation in which an author may edit a message.
pub const EDIT_WINDOW_SECONDS: u64 = 60 * 60;
/// Different emoji that a message may have as reactions.
pub const REACTIONS: i64 = 50;
/// Characters of a poll's question.
pub const POLL_QUESTION_CHARS: usize = 300;
/// Characters of an option of a poll.
pub const POLL_OPTION_CHARS: usize = 100;
/// Options of a poll: at least and at most.
pub const POLL_OPTIONS: std::ops::RangeInclusive<usize> = 2..=10;
/// The place of the last option that a poll may have, counted from 0.
pub const POLL_OPTION_LAST: i64 = 9;
/// Messages that may be pinned in one channel.
pub const PINS: i64 = 50;
/// Messages that one purge may delete.
pub const PURGED: i64 = 100;
/// The longest pause that slow mode can set between two messages of one person, in seconds: 6 hours.
pub const SLOW_MODE_SECONDS: i64 = 21_600;
/// Unread messages and mentions are counted up to here, among four times as many messages: those that come next after the marker, and
/// the next ones that mention anybody. What comes later is not looked at, so a count is 'at least' where that many come next.
pub const UNREAD_COUNTED: i64 = 1000;
/// Direct messages that a client starts with; the rest is in their list.
pub const SYNCED_DMS: i64 = 500;
/// Notifications that one request may mark as read by their ids.
pub const NOTIFICATION_IDS: usize = 100;
/// Invites of a community that can still be accepted.
pub const INVITES: i64 = 1000;
/// The same of those that one person made.
pub const INVITES_BY_ONE: i64 = 100;
/// Characters of an audited action.
pub const ACTION_CHARS: usize = 64;
/// Seconds that the edit window may be set to, at most: a year.
pub const EDIT_WINDOW_MOST: i64 = 31_536_000;
/// Bytes that the size of an upload may be limited to, at most.
pub const UPLOAD_BYTES_MOST: i64 = 100 * 1024 * 1024;
/// Days that something may be kept for, at most: 100 years.
pub const RETENTION_DAYS: i64 = 36_500;
/// Characters of a domain.
pub const DOMAIN_CHARS: usize = 253;
/// Domains of e-mail addresses whose people may have an account.
pub const SIGN_UP_DOMAINS: usize = 100;
/// Members that an invite shows are counted up to here.
pub const MEMBERS_COUNTED: i64 = 1000;
/// Sign-in providers that the database may hold.
pub const PROVIDERS: i64 = 50;
/// Organisations, and claims, that one of them may ask for.
pub const PROVIDER_RULES: usize = 20;
/// Accounts at providers that one person may have linked.
pub const LINKED_ACCOUNTS: i32 = 20;
/// Seconds that somebody has at a provider to sign in.
pub const AT_PROVIDER_SECONDS: u32 = 600;
/// Seconds for which a link that signs somebody in is good.
pub const SIGN_IN_LINK_SECONDS: u32 = 900;
/// Bytes of text on one page of messages; past it the page ends early and says that there is more.
pub const PAGE_BYTES: i64 = 1024 * 1024;
/// Bytes of a request's head: its line and its headers.
pub const HEAD_BYTES: usize = 32 * 1024;
/// Categories that a community may have.
pub const CATEGORIES: usize = 200;
/// Channels that a community may have.
pub const CHANNELS: i64 = 5_000;
/// Channels whose order one request may set.
pub const ORDERED_CHANNELS: usize = 500;
/// Seconds that a connection stays open without a request.
pub const KEEP_ALIVE_SECONDS: u64 = 75;
/// People of a direct message at most, with the one who opens it.
pub const DM_PEOPLE: usize = 10;
/// Characters of a name that a client made up, such as an unknown field's, in an error.
pub const ECHOED_CHARS: usize = 100;
/// The longest mute with an end, in seconds: 100 years.
pub const MUTE_SECONDS: i64 = 3_153_600_000;
/// Bots that a community may have.
pub const BOTS: i64 = 100;
/// Tokens that a bot may have which are neither revoked nor expired.
pub const BOT_TOKENS: i64 = 20;
/// Custom roles that a community may have.
pub const ROLES: i64 = 250;
/// The highest position of a custom role.
pub const ROLE_POSITION: i64 = 1000;
/// Drafts that a person may keep, and as many are told at the start.
pub const DRAFTS: i64 = 1000;
/// Messages that a person may have saved.
pub const SAVED: i64 = 10_000;
/// Messages of a person that may wait to be sent.
pub const SCHEDULED: i64 = 200;
/// Seconds for which a message to be sent or a reminder may wait at most: a year.
pub const AHEAD_SECONDS: u64 = 31_536_000;
/// Overwrites that a channel may have.
pub const OVERWRITES: i64 = 100;
/// Custom emoji that a community may have.
pub const EMOJI: i64 = 200;
/// Characters of a custom emoji's name: at least and at most.
pub const EMOJI_NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=32;
/// Characters of the name of a slash command.
pub const COMMAND_NAME_CHARS: usize = 32;
/// Slash commands that a community may have besides those of the server.
pub const COMMANDS: i64 = 100;
/// Seconds within which a bot answers its command; the caller is told so where it does not.
pub const INVOCATION_SECONDS: u64 = 3;
/// Reminders of a person that may wait.
pub const REMINDERS: i64 = 200;
/// Links of a message that show what they lead to; those after them show nothing.
pub const PREVIEWS: usize = 5;
/// Files of a message.
pub const MESSAGE_ATTACHMENTS: usize = 10;
/// Characters of a file's name.
pub const FILENAME_CHARS: usize = 255;
/// Characters of the words for what a file shows.
pub const ALT_CHARS: usize = 1000;
/// Characters of a media type.
pub const MEDIA_TYPE_CHARS: usize = 127;
/// Seconds for which the address of a file can be used.
pub const DOWNLOAD_SECONDS: u64 = 60;
/// Seconds for which the address for an upload can be used.
pub const UPLOAD_SECONDS: u64 = 900;
/// Hours after which a file that no message has goes.
pub const UNUSED_ATTACHMENT_HOURS: u64 = 24;
/// Days for which the file of an export is kept.
pub const EXPORT_DAYS: i32 = 7;
/// Browsers that a person may be pushed to at once.
pub const PUSH_SUBSCRIPTIONS: i64 = 20;
/// Outgoing webhooks that a community may have.
pub const OUTGOING_WEBHOOKS: i64 = 20;
/// Channels that an outgoing webhook may be narrowed to.
pub const WEBHOOK_CHANNELS: usize = 100;
/// Days for which deliveries are kept.
pub const DELIVERY_DAYS: i32 = 7;
/// Deliveries of an outgoing webhook that may wait; beyond that it is switched off, and what waits is dead.
pub const WEBHOOK_PENDING: i64 = 100_000;
/// Days without a success after which an outgoing webhook is switched off.
pub const WEBHOOK_FAILING_DAYS: i32 = 5;
/// Sign-ins at providers that may be under way at once, of the whole system.
pub const SIGN_INS: i64 = 100_000;
/// Sign-ins at providers that an address, or a /64 of IPv6, may begin within ten minutes, as each node counts: an office may have one address.
pub const SIGN_INS_OF_NETWORK: u32 = 1000;
/// The same of a /48 of IPv6.
pub const SIGN_INS_OF_BLOCK: u32 = 4000;
/// Characters of a program's `client_id`.
pub const CLIENT_ID_CHARS: usize = 64;
/// Seconds within which somebody approves a device's sign-in, and the device takes its token.
pub const DEVICE_SIGN_IN_SECONDS: u64 = 600;
/// Seconds that a device waits between two polls; as many more for each poll that comes too soon.
pub const DEVICE_POLL_SECONDS: u64 = 5;
/// Seconds that a device is made to wait between two polls at most.
pub const DEVICE_POLL_SECONDS_MOST: u64 = 60;
/// Sign-ins of devices that may wait for a person at once, of the whole system.
pub const DEVICE_SIGN_INS: i64 = 10_000;
/// Codes of devices that all people together may get wrong within [`DEVICE_SIGN_IN_SECONDS`], past which each still has one guess. With all
/// codes given out that there may be, so many guesses find one in 2,500 times.
pub const DEVICE_GUESSES_OF_ALL: u32 = 1000;
/// Codes of devices that one person may be allowed to get wrong within that time at most, so that a few together don't use up what all have.
pub const DEVICE_GUESSES_MOST: u32 = 100;
/// How many times as many sign-ins of devices as a /64 of IPv6 a /48 may start.
pub const DEVICE_STARTS_OF_BLOCK: u32 = 4;
