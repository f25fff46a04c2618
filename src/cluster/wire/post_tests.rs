//! What a post has besides its text, between nodes: the bytes of each part, in order. Nodes of version 2 are sent none of it.

use ajet_domain::Draft;
use ajet_domain::channel::{Ballot, Post};
use ajet_domain::verb::Codec;
use ajet_protocol::{AttachmentId, Timestamp};
use uuid::Uuid;

use super::codec::Bincode;

/// No text, no mentions, no parent; that it also stands in the channel; one file; a question with two options, of which several may be chosen,
/// until a moment.
const BYTES: [&str; 6] = [
    "0000000000",
    "01",
    "01100000000000000000000000000000000d",
    "010657686963683f020372656405677265656e",
    "01",
    "0118313937302d30312d30315430303a30303a30332e3030305a",
];

#[test]
fn a_post_with_all_parts_keeps_its_bytes() {
    let poll = Ballot {
        question: "Which?".into(),
        options: vec!["red".into(), "green".into()],
        multiple: true,
        closes_at: Some(Timestamp::from_unix_millis(3_000)),
    };
    let attachments = vec![AttachmentId(Uuid::from_u128(13))];
    let post = Post { also_to_channel: true, attachments, poll: Some(poll), ..Post::of(Draft::empty()) };
    let bytes = Bincode.write(&post).expect("encodes");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, BYTES.concat());
    assert_eq!(Bincode.read(&bytes), Some(post));
}
