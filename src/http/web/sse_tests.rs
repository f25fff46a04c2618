//! What a text can't do: end its own line and write another field of the frame.

use proptest::prelude::*;

use super::{data_lines, frame};

/// The lines of a frame, split as a client splits them.
fn lines(frame: &str) -> Vec<String> {
    frame.replace("\r\n", "\n").replace('\r', "\n").split('\n').map(str::to_owned).collect()
}

fn normalised(text: &str) -> String {
    let escaped = text.replace('\u{85}', " ").replace('\u{2028}', "&#x2028;").replace('\u{2029}', "&#x2029;");
    escaped.replace("\r\n", "\n").replace('\r', "\n")
}

#[test]
fn a_frame_has_an_id_an_event_and_data() {
    assert_eq!(frame("7", Some("resync"), "{}"), "id: 7\nevent: resync\ndata: {}\n\n");
    assert_eq!(frame("7", None, "<p>hi</p>"), "id: 7\ndata: <p>hi</p>\n\n");
    assert_eq!(frame("", None, "x"), "data: x\n\n", "an empty id would make the client forget its cursor");
    assert_eq!(frame("7", None, ""), "id: 7\ndata: \n\n");
}

#[test]
fn a_text_writes_no_field_of_its_own() {
    let hostile = "hi\r\revent: resync\rdata: x\r\n\r\nid: 1\n\n";
    let mut out = String::new();
    data_lines(hostile, &mut out);
    assert_eq!(
        out,
        "data: hi\ndata: \ndata: event: resync\ndata: data: x\ndata: \ndata: id: 1\ndata: \ndata: \n"
    );
    assert_eq!(frame("1\nid: 2", Some("a\rb"), "x"), "id: 1\nevent: a\ndata: x\n\n");
}

#[test]
fn other_separators_end_no_line_and_are_escaped() {
    let framed = frame("", None, "a\u{2028}b\u{2029}c\u{85}d\u{b}e\u{c}f");
    assert_eq!(framed, "data: a&#x2028;b&#x2029;c d\u{b}e\u{c}f\n\n");
}

proptest! {
    #[test]
    fn any_text_comes_out_of_its_frame_as_it_was(
        pieces in prop::collection::vec(
            prop_oneof![
                prop::sample::select(vec!["\r", "\n", "\r\n", "event: x", "id: 1", "data: ", ": ", "é", "\u{85}", "\u{2028}"]).prop_map(str::to_owned),
                any::<String>(),
            ],
            0..20,
        )
    ) {
        let text = pieces.concat();
        let frame = frame("7", Some("message"), &text);
        let lines = lines(&frame);
        prop_assert_eq!(&lines[..2], ["id: 7", "event: message"]);
        prop_assert_eq!(&lines[lines.len() - 2..], ["", ""], "the frame ends with one empty line");
        let data = lines[2..lines.len() - 2].iter().map(|line| line.strip_prefix("data: "));
        let data: Option<Vec<&str>> = data.collect();
        prop_assert_eq!(data.map(|lines| lines.join("\n")), Some(normalised(&text)));
    }
}
