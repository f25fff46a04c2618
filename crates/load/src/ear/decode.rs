//! An HTTP/1.1 answer with an event stream, byte by byte: each frame with the place where it began.

/// A frame with data.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Heard {
    pub name: String,
    pub id: String,
    pub data: String,
    /// Where its first byte was among all bytes of the reader.
    pub at_byte: u64,
}

/// Where in the answer the next byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Head,
    /// The line with a chunk's length.
    Length,
    /// So many bytes of the chunk are still to come.
    Chunk(usize),
    /// The line break after a chunk.
    Break,
    /// A body without chunks.
    Plain,
    /// Anything but a stream.
    Refused,
}

/// Reads one answer.
pub struct Decoder {
    at: At,
    place: u64,
    /// The head, or the line with a chunk's length, as far as it is there.
    line: Vec<u8>,
    /// The frame that is under way, and where it began.
    frame: Vec<u8>,
    began: u64,
    complete: Vec<Heard>,
}

impl Decoder {
    /// One whose first byte has this place.
    pub fn new(place: u64) -> Self {
        let (line, frame, complete) = (Vec::new(), Vec::new(), Vec::new());
        Self { at: At::Head, place, line, frame, began: place, complete }
    }

    /// Whether it is the answer of a stream, as far as its head is there.
    pub fn begun(&self) -> bool {
        !matches!(self.at, At::Head | At::Refused)
    }

    /// Whether it is no stream.
    pub fn refused(&self) -> bool {
        self.at == At::Refused
    }

    /// The frames that are complete since this was asked last.
    pub fn frames(&mut self) -> Vec<Heard> {
        std::mem::take(&mut self.complete)
    }

    /// Takes in what was read.
    pub fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.take(*byte);
            self.place += 1;
        }
    }

    fn take(&mut self, byte: u8) {
        match self.at {
            At::Head => {
                self.line.push(byte);
                if self.line.ends_with(b"\r\n\r\n") {
                    self.at = begins(&std::mem::take(&mut self.line));
                }
            }
            At::Length => {
                self.line.push(byte);
                if self.line.ends_with(b"\r\n") {
                    self.at = chunk(&std::mem::take(&mut self.line));
                }
            }
            At::Chunk(left) => {
                self.body(byte);
                self.at = if left > 1 { At::Chunk(left - 1) } else { At::Break };
            }
            At::Break if byte == b'\n' => self.at = At::Length,
            At::Plain => self.body(byte),
            At::Break | At::Refused => {}
        }
    }

    fn body(&mut self, byte: u8) {
        if self.frame.is_empty() {
            self.began = self.place;
        }
        self.frame.push(byte);
        if self.frame.ends_with(b"\n\n") {
            let frame = std::mem::take(&mut self.frame);
            self.complete.extend(frame_of(&String::from_utf8_lossy(&frame), self.began));
        }
    }
}

/// What comes after a head.
fn begins(head: &[u8]) -> At {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    match head.split_whitespace().nth(1) {
        Some("200") if head.contains("\r\ntransfer-encoding: chunked\r\n") => At::Length,
        Some("200") => At::Plain,
        _ => At::Refused,
    }
}

/// What comes after the line with a chunk's length.
fn chunk(line: &[u8]) -> At {
    let digits: String = String::from_utf8_lossy(line).chars().take_while(char::is_ascii_hexdigit).collect();
    match usize::from_str_radix(&digits, 16) {
        Ok(0) => At::Break,
        Ok(length) => At::Chunk(length),
        Err(_) => At::Refused,
    }
}

/// A frame's fields; `None` where it has no data.
fn frame_of(text: &str, at_byte: u64) -> Option<Heard> {
    let mut heard = Heard { at_byte, ..Heard::default() };
    let mut data = Vec::new();
    for (field, value) in text.lines().filter_map(|line| line.split_once(':')) {
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => heard.name = value.to_owned(),
            "id" => heard.id = value.to_owned(),
            "data" => data.push(value),
            _ => {}
        }
    }
    heard.data = data.join("\n");
    (!data.is_empty()).then_some(heard)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    fn frame(name: &str, id: &str, at_byte: usize) -> Heard {
        Heard { name: name.into(), id: id.into(), data: "{}".into(), at_byte: at_byte as u64 }
    }

    #[test]
    fn frames_are_found_whatever_the_pieces_and_the_chunks() {
        let body =
            "retry: 700\nid: a\nevent: ready\ndata: {}\n\n: still here\n\nevent: ping\nid: b\ndata: {}\n\n";
        let (one, two) = body.split_at(45);
        let answer = format!("{HEAD}{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n", one.len(), two.len());
        let ping = answer.find("event: ping").expect("there");
        for size in [1, 3, 1000] {
            let mut decoder = Decoder::new(100);
            answer.as_bytes().chunks(size).for_each(|piece| decoder.feed(piece));
            assert!(decoder.begun() && !decoder.refused());
            let expected = [frame("ready", "a", 100 + HEAD.len() + 4), frame("ping", "b", 100 + ping)];
            assert_eq!(decoder.frames(), expected, "in pieces of {size}");
        }
    }

    #[test]
    fn a_body_without_chunks_and_a_refusal_are_told_apart() {
        let mut plain = Decoder::new(0);
        plain.feed(b"HTTP/1.1 200 OK\r\n\r\nevent: ping\ndata: {}\n\n");
        assert_eq!(plain.frames(), [frame("ping", "", 19)]);
        let mut refused = Decoder::new(0);
        refused.feed(b"HTTP/1.1 503 Service Unavailable\r\n\r\n");
        assert!(refused.refused() && !refused.begun());
    }
}
