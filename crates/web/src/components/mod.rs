//! The parts that pages are put together from: pure functions, one part per file. All of them stand on the page `/dev/components`.
//!
//! A part takes plain values and texts in the reader's language; it knows no page. Looks are the style sheet's, by one class per part.

mod avatar;
mod badge;
mod banner;
mod button;
mod card;
mod chip;
mod dialog;
mod empty;
mod field;
mod form;
mod icon;
mod menu;
mod name;
mod presence;
mod select;
mod skeleton;
mod switch;
mod table;
mod tabs;
mod toast;
mod tooltip;

pub use avatar::{Size, avatar, avatar_with, colour, community_avatar, initials, own_picture, person};
pub use badge::{Tone, badge, count, mentions};
pub use banner::banner;
pub use button::{Button, Kind};
pub use card::{card, danger_card};
pub use chip::{chip, chips};
pub use dialog::{Dialog, confirm};
pub use empty::empty;
pub use field::Field;
pub use form::{act, form, shown_once, upload};
pub use icon::{Icon, channel_icon};
pub use menu::menu;
pub use name::name;
pub use presence::presence;
pub use select::{Choice, Select};
pub use skeleton::skeleton;
pub use switch::{checkbox, checkbox_with_hint, radio, switch};
pub use table::{pager, table};
pub use tabs::{Tab, tabs};
pub use toast::toast;
pub use tooltip::tooltip;
