//! The picture of a community or of a program in it, and the forms that set it and take it away.

use maud::Markup;
use uuid::Uuid;

use super::Managed;
use crate::components::{Size, community_avatar};
use crate::pages::picture::Picture;

/// Whose picture it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pictured<'a> {
    pub id: Uuid,
    pub name: &'a str,
    pub avatar_url: Option<&'a str>,
}

/// The picture and its forms, at this end of an address and at `…/remove`.
pub(super) fn picture(managed: &Managed<'_>, whose: Pictured<'_>, end: &str) -> Markup {
    let (address, shown) =
        (managed.address(end), community_avatar(whose.id, whose.name, whose.avatar_url, Size::Large));
    let picture =
        Picture { shown, is_set: whose.avatar_url.is_some(), place: None, address: &address, field: "file" };
    picture.show(managed.strings())
}
