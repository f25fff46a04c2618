//! Golden commands about files.

use ajet_domain::Asked;
use ajet_domain::channel::{
    self, AddAttachment, DescribeAttachment, RemoveAttachment, SettleAttachment, Settled,
};
use ajet_protocol::{AttachmentId, MessageId};

use super::{id, key, server, session};

/// One of each verb, and a file that is not fit to be shown as well.
pub fn commands() -> Vec<Asked<channel::Command>> {
    let (attachment_id, message_id) = (AttachmentId(id(13)), Some(MessageId(id(2))));
    let filename = "cat.png".to_owned();
    let add =
        AddAttachment { filename, content_type: "image/png".into(), size_bytes: 7, alt: "A cat".into() };
    let found = Settled {
        content_type: "image/png".into(),
        size_bytes: 6,
        width: Some(640),
        height: Some(480),
        thumbnail: true,
    };
    let (edited_at, shown_html) = (None, String::from("<p>hi</p>"));
    let settle = |found| SettleAttachment {
        attachment_id,
        message_id,
        edited_at,
        shown_html: shown_html.clone(),
        found,
    };
    let own: [channel::Command; 2] = [
        DescribeAttachment {
            attachment_id,
            message_id,
            edited_at,
            shown_html: shown_html.clone(),
            alt: String::new(),
        }
        .into(),
        RemoveAttachment { attachment_id, message_id: None, edited_at, shown_html: String::new() }.into(),
    ];
    let own = own.map(|verb| Asked { by: session(), key: None, verb });
    let settled =
        [Some(found), None].map(|found| Asked { by: server(), key: None, verb: settle(found).into() });
    let add = Asked { by: session(), key: key(), verb: add.into() };
    [add].into_iter().chain(own).chain(settled).collect()
}
