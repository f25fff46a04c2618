//! The accounts at providers by which a person signs in.

use ajet_protocol::{OauthAccount, SignInProvider};
use maud::Markup;

use super::frame;
use crate::components::Icon;
use crate::pages::access::accounts::list;
use crate::pages::inside::{Content, Inside};

/// The page. Forms: `POST /accounts/{id}/unlink`.
#[must_use]
pub fn accounts(inside: &Inside<'_>, all: &[OauthAccount], providers: &[SignInProvider]) -> Markup {
    let body = list(inside.viewer, all, providers);
    let content =
        Content { icon: Icon::Provider, title: inside.viewer.strings().shared.accounts, hint: "", body };
    frame::page(inside, "/accounts", &content)
}
