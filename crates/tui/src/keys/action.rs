//! What keys and the palette can do. Each action has a name for the user's file, and a few words for the help.

/// Where keys mean something of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Wherever no other place has a meaning for the key.
    Global,
    /// Lists: places, members, messages.
    List,
    /// The messages of a channel or of a thread.
    Messages,
    /// The composer.
    Compose,
    /// What lies over the screen: the palette, search, help.
    Overlay,
}

impl Context {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 5] = [Self::Global, Self::List, Self::Messages, Self::Compose, Self::Overlay];

    /// Its name in the user's file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::List => "list",
            Self::Messages => "messages",
            Self::Compose => "compose",
            Self::Overlay => "overlay",
        }
    }

    /// The one of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

macro_rules! actions {
    ($($name:ident = $text:literal, $words:literal;)+) => {
        /// Something that can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $($name),+ }

        impl Action {
            /// All that can be done.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its name in the user's file.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// What it does, in a few words.
            #[must_use]
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words),+ }
            }

            /// The one of a name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

actions! {
    Help = "help", "show the keys";
    Palette = "palette", "all that can be done, by name";
    Switcher = "switcher", "go to a channel or a person";
    Search = "search", "search messages";
    Inbox = "inbox", "what you were told of";
    Saved = "saved", "messages that you saved";
    Pins = "pins", "messages pinned here";
    NextUnread = "next_unread", "go to the next channel with something new";
    JumpUnread = "jump_unread", "go to the first unread message here";
    GoTo = "go_to", "go to a message by its link";
    PreviousChannel = "previous_channel", "go to the channel above";
    NextChannel = "next_channel", "go to the channel below";
    LastChannel = "last_channel", "go back to the channel before";
    FocusNext = "focus_next", "go to the next pane";
    FocusPrevious = "focus_previous", "go to the pane before";
    FocusPlaces = "focus_places", "go to the list of channels";
    FocusMessages = "focus_messages", "go to the messages";
    FocusCompose = "focus_compose", "write";
    TogglePlaces = "toggle_places", "show or hide the list of channels";
    ToggleMembers = "toggle_members", "show or hide who is here";
    Redraw = "redraw", "draw the screen anew";
    Suspend = "suspend", "back to the shell for now (fg comes back)";
    Quit = "quit", "leave";
    Back = "back", "close what is open, go back";
    Up = "up", "up";
    Down = "down", "down";
    PageUp = "page_up", "a page up";
    PageDown = "page_down", "a page down";
    First = "first", "to the first one";
    Last = "last", "to the last one";
    ScrollUp = "scroll_up", "a line up within a long message";
    ScrollDown = "scroll_down", "a line down within a long message";
    Select = "select", "open it";
    Thread = "thread", "open its thread, and reply";
    React = "react", "put an emoji under it";
    Reactions = "reactions", "who put which emoji under it";
    Edit = "edit", "edit it";
    EditLast = "edit_last", "edit your last message";
    Quote = "quote", "quote it";
    Delete = "delete", "delete it";
    Pin = "pin", "pin it, or take its pin away";
    Save = "save", "save it for later, or no longer";
    Follow = "follow", "follow its thread, or no longer";
    CopyText = "copy_text", "copy its text";
    CopyLink = "copy_link", "copy its link";
    Open = "open", "open a link or a picture of it, by number";
    Reveal = "reveal", "open its spoilers";
    Vote = "vote", "vote in its poll";
    MarkUnread = "mark_unread", "unread from here on";
    Join = "join", "join this channel";
    Leave = "leave", "leave this channel";
    Mute = "mute", "mute this channel, or no longer";
    Browser = "browser", "open this channel in a browser";
    RetryUnsent = "retry_unsent", "send again what was not sent";
    DropUnsent = "drop_unsent", "take back what was not sent";
    Send = "send", "send";
    Newline = "newline", "a new line";
    Editor = "editor", "write in your editor";
    Attach = "attach", "send a file along";
    Detach = "detach", "take the last file back";
    Complete = "complete", "complete a name, an emoji or a command";
    CompletePrevious = "complete_previous", "the completion before";
    Left = "left", "left";
    Right = "right", "right";
    WordLeft = "word_left", "a word to the left";
    WordRight = "word_right", "a word to the right";
    LineStart = "line_start", "to the start of the line";
    LineEnd = "line_end", "to the end of the line";
    Backspace = "backspace", "delete the character before";
    DeleteNext = "delete_next", "delete the character behind";
    KillWord = "kill_word", "cut the word before";
    KillLine = "kill_line", "cut the rest of the line";
    KillToStart = "kill_to_start", "cut the line up to here";
    Yank = "yank", "insert what was cut";
    Undo = "undo", "take the last change back";
}
