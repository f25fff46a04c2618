//! Whether a text is one emoji, and in which form it is kept.

use emojis::Emoji;

/// Asks for the coloured form of a character that has two. Senders leave it out, or add it where it changes nothing.
const SELECTOR: char = '\u{fe0f}';

/// The emoji that a text is, in the form that Unicode calls fully qualified; `None` for a text that is not exactly one.
///
/// Sequences, flags, skin tones and keycaps are one emoji. Two texts that differ in selectors alone are the same one.
#[must_use]
pub fn as_emoji(text: &str) -> Option<&'static str> {
    let sought = bare(text);
    let near = emojis::get(text).or_else(|| emojis::get(&sought))?;
    if bare(near.as_str()) == sought {
        return Some(near.as_str());
    }
    // The table finds some couples under the skin tones of others when their selector is missing, and a keycap by its digit.
    near.skin_tones()?.find(|one| bare(one.as_str()) == sought).map(Emoji::as_str)
}

fn bare(emoji: &str) -> String {
    emoji.replace(SELECTOR, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_is_one_whatever_it_is_made_of() {
        for one in ["👍", "👍🏽", "❤️", "1️⃣", "#️⃣", "🇩🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩‍👩‍👧‍👦", "🏳️‍🌈", "👩🏾‍❤️‍👩🏾", "©️"]
        {
            assert_eq!(as_emoji(one), Some(one), "{one}");
        }
    }

    #[test]
    fn selectors_make_no_other_emoji_of_it() {
        for (sent, kept) in [
            ("❤", "❤️"),
            ("👍\u{fe0f}", "👍"),
            ("1\u{20e3}", "1️⃣"),
            ("🏳\u{200d}🌈", "🏳️‍🌈"),
            ("✌\u{fe0f}🏽", "✌🏽"),
            ("👁\u{fe0f}\u{200d}🗨", "👁️‍🗨️"),
            ("👩🏾\u{200d}❤\u{200d}👩🏾", "👩🏾‍❤️‍👩🏾"),
            ("👨🏿\u{200d}❤\u{200d}💋\u{200d}👨🏿", "👨🏿‍❤️‍💋‍👨🏿"),
        ] {
            assert_eq!(as_emoji(sent), Some(kept), "{sent}");
        }
    }

    /// The form that is kept is found again, and no two emoji are kept in the same one.
    #[test]
    fn every_emoji_is_kept_as_itself() {
        for base in emojis::iter() {
            for one in base.skin_tones().into_iter().flatten().chain([base]) {
                let (own, without) = (one.as_str(), bare(one.as_str()));
                assert_eq!((as_emoji(own), as_emoji(&without)), (Some(own), Some(own)), "{own}");
            }
        }
    }

    #[test]
    fn what_is_not_exactly_one_emoji_is_none() {
        for other in [
            "",
            " ",
            "👍👍",
            "👍 ",
            "a",
            "1",
            "1\u{fe0f}",
            "#",
            ":tada:",
            "+1",
            "\u{fe0f}",
            "❤\u{fe0e}",
            "🇩",
            "\u{200d}",
        ] {
            assert_eq!(as_emoji(other), None, "{other:?}");
        }
    }
}
