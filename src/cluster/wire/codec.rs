//! Bytes: the one place that knows bincode.

use ajet_domain::verb::Codec;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Larger frames are none of ours.
const LIMIT: usize = 1 << 20;

/// Compact bytes that do not describe themselves: for types that tests pin.
#[derive(Debug, Clone, Copy)]
pub struct Bincode;

impl Codec for Bincode {
    fn write<T: Serialize>(&self, value: &T) -> Option<Vec<u8>> {
        bincode::serde::encode_to_vec(value, bincode::config::standard()).ok()
    }

    /// Trailing bytes are refused.
    fn read<T: DeserializeOwned>(&self, bytes: &[u8]) -> Option<T> {
        let limits = bincode::config::standard().with_limit::<LIMIT>();
        let (value, read) = bincode::serde::decode_from_slice(bytes, limits).ok()?;
        (read == bytes.len()).then_some(value)
    }
}

/// JSON: for what may grow by fields that older nodes ignore.
#[derive(Debug, Clone, Copy)]
pub struct Json;

impl Codec for Json {
    fn write<T: Serialize>(&self, value: &T) -> Option<Vec<u8>> {
        serde_json::to_vec(value).ok()
    }

    fn read<T: DeserializeOwned>(&self, bytes: &[u8]) -> Option<T> {
        serde_json::from_slice(bytes).ok()
    }
}
