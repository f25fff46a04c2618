//! Encrypts what a browser is pushed, for that browser alone (RFC 8291, in the coding of RFC 8188). Its push service learns when there is
//! something, and about how long it is: what is sent is padded in steps.
//!
//! Each message has a key pair and a salt of its own, so that a nonce is never used twice.

use hkdf::Hkdf;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;
use sha2::Sha256;

/// Bytes of a public key: a point of P-256, uncompressed.
pub const PUBLIC_KEY_BYTES: usize = 65;
/// Bytes of a browser's secret.
pub const AUTH_BYTES: usize = 16;
/// Bytes that are encrypted at most: with all that is added push services take 4096.
pub const MOST_BYTES: usize = 7 * STEP - 1;

/// What is encrypted is a multiple of these bytes long.
const STEP: usize = 512;
/// The size of a record, of which there is one.
const RECORD_BYTES: u32 = 4096;
const SALT_BYTES: usize = 16;
/// Ends the text of the last record; only padding follows.
const LAST: u8 = 2;

/// What a browser gave out, to be sent something that it alone can read.
#[derive(Clone, Copy)]
pub struct BrowserKeys<'a> {
    pub public: &'a [u8],
    pub auth: &'a [u8],
}

/// What one message is encrypted with.
struct Made<'a> {
    /// What both sides alone can work out.
    shared: &'a [u8],
    public: &'a [u8],
    salt: [u8; SALT_BYTES],
}

/// The body of a request to a push service; `None` where the browser's public key is none, or the text is longer than [`MOST_BYTES`].
#[must_use]
pub fn encrypted(browser: BrowserKeys<'_>, text: &[u8]) -> Option<Vec<u8>> {
    if text.len() > MOST_BYTES || browser.public.len() != PUBLIC_KEY_BYTES {
        return None;
    }
    let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).ok()?;
    let public = private.compute_public_key().ok()?;
    let (salt, size) = (rand::random(), (text.len() + 1).next_multiple_of(STEP));
    let peer = UnparsedPublicKey::new(&ECDH_P256, browser.public);
    let seal = |shared: &[u8]| sealed(browser, &Made { shared, public: public.as_ref(), salt }, text, size);
    agree_ephemeral(private, &peer, seal).ok().flatten()
}

/// The head and the one record, whose text is padded to this size.
fn sealed(browser: BrowserKeys<'_>, made: &Made<'_>, text: &[u8], size: usize) -> Option<Vec<u8>> {
    let info = [&b"WebPush: info\0"[..], browser.public, made.public].concat();
    let ikm: [u8; 32] = derived(browser.auth, made.shared, &info)?;
    let key: [u8; 16] = derived(&made.salt, &ikm, b"Content-Encoding: aes128gcm\0")?;
    let nonce: [u8; 12] = derived(&made.salt, &ikm, b"Content-Encoding: nonce\0")?;
    let mut record = text.to_vec();
    record.push(LAST);
    record.resize(size, 0);
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record).ok()?;
    let id_length = u8::try_from(made.public.len()).ok()?;
    Some([&made.salt[..], &RECORD_BYTES.to_be_bytes(), &[id_length], made.public, &record].concat())
}

fn derived<const BYTES: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> Option<[u8; BYTES]> {
    let mut out = [0; BYTES];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("base64url")
    }

    /// RFC 8291, section 5 and appendix A.
    #[test]
    fn the_example_of_the_specification_is_encrypted_as_there() {
        let public =
            bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let own =
            bytes("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
        let shared = bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let salt: [u8; SALT_BYTES] = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().expect("16 bytes");
        let auth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
        let browser = BrowserKeys { public: &public, auth: &auth };
        let text = b"When I grow up, I want to be a watermelon";
        let made = Made { shared: &shared, public: &own, salt };
        let body = sealed(browser, &made, text, text.len() + 1).expect("is encrypted");
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(body), expected);
    }

    #[test]
    fn a_body_tells_little_of_the_length_of_its_text_and_fits_into_a_message() {
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).expect("a key");
        let public = private.compute_public_key().expect("a key");
        let browser = BrowserKeys { public: public.as_ref(), auth: &[7; AUTH_BYTES] };
        let length = |text: &[u8]| encrypted(browser, text).map(|body| body.len());
        assert_eq!(length(b""), length(&[b'x'; STEP - 1]));
        assert_eq!(length(&[b'x'; STEP]), length(b"").map(|least| least + STEP));
        assert!(length(&[b'x'; MOST_BYTES]).is_some_and(|length| length <= 4096));
        assert_eq!(length(&[b'x'; MOST_BYTES + 1]), None);
        assert_ne!(encrypted(browser, b"x"), encrypted(browser, b"x"), "another key and salt each time");
    }

    #[test]
    fn what_is_no_point_of_the_curve_is_no_key() {
        for public in [vec![], vec![4; PUBLIC_KEY_BYTES], vec![0; PUBLIC_KEY_BYTES], vec![4; 33]] {
            assert_eq!(encrypted(BrowserKeys { public: &public, auth: &[0; AUTH_BYTES] }, b"x"), None);
        }
    }
}
