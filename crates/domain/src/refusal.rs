//! The domain's no. Each verb lists its own refusals, with the code and the words that callers get, in its own file.

use ajet_protocol::Code;

/// How a refusal is said to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    pub code: Code,
    /// The request's field that is to blame, if it is one, and the name of what is wrong with it.
    pub field: Option<(&'static str, &'static str)>,
    /// For people. Of a field, for [`Code::Invalid`]: what follows its name.
    pub detail: &'static str,
}

/// Why a verb was not carried out.
pub trait Refusal: std::fmt::Debug + Copy + Eq + Send + Sync + 'static {
    /// Its name between nodes: never changed, never used again for something else.
    fn name(self) -> &'static str;
    /// The refusal of this name; `None` for one that this version does not know.
    fn named(name: &str) -> Option<Self>;
    /// How the caller is told.
    fn said(self) -> Said;
}

/// Defines the refusals of a verb. `: A | B` includes those of A and B, each as a variant that holds one.
///
/// A variant is `Name => Code: "words"`, or for a bad field `Name => Invalid("field", "code"): "words after the field's name"`. Where another
/// code is because of a field it is `Name => Code("field", "code"): "words"`.
#[macro_export]
macro_rules! refusals {
    (
        $(#[$meta:meta])* $vis:vis enum $name:ident $(: $($part:ident)|+)? {
            $($(#[$doc:meta])* $variant:ident => $code:ident $(($field:literal, $wrong:literal))? : $detail:literal),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $vis enum $name { $($($part($part),)+)? $($(#[$doc])* $variant),* }

        impl $crate::Refusal for $name {
            fn name(self) -> &'static str {
                match self {
                    $($(Self::$part(part) => part.name(),)+)?
                    $(Self::$variant => stringify!($variant)),*
                }
            }
            fn named(name: &str) -> Option<Self> {
                $($(if let Some(part) = <$part as $crate::Refusal>::named(name) { return Some(Self::$part(part)); })+)?
                match name {
                    $(stringify!($variant) => Some(Self::$variant),)*
                    _ => None,
                }
            }
            fn said(self) -> $crate::Said {
                match self {
                    $($(Self::$part(part) => part.said(),)+)?
                    $(Self::$variant => $crate::Said {
                        code: ajet_protocol::Code::$code,
                        field: $crate::refusals!(@field $($field, $wrong)?),
                        detail: $detail,
                    }),*
                }
            }
        }

        $($(impl From<$part> for $name {
            fn from(part: $part) -> Self { Self::$part(part) }
        })+)?
    };
    (@field) => { None };
    (@field $field:literal, $wrong:literal) => { Some(($field, $wrong)) };
}

refusals! {
    /// What the rules on rights say no to.
    pub enum Denied {
        /// Not there, or not for the caller to know of.
        NotFound => NotFound: "There is no such thing here, or you may not see it.",
        /// The caller lacks the right.
        Forbidden => Forbidden: "You may not do this.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    refusals! {
        enum Both: Denied {
            Full => Conflict: "It is full.",
            TooLong => Invalid("name", "too_long"): "is too long",
            Taken => Conflict("name", "taken"): "It is taken.",
        }
    }

    #[test]
    fn every_refusal_keeps_its_name_and_says_its_code() {
        let all = [
            Both::Denied(Denied::NotFound),
            Denied::Forbidden.into(),
            Both::Full,
            Both::TooLong,
            Both::Taken,
        ];
        for one in all {
            assert_eq!(Both::named(one.name()), Some(one), "{one:?}");
        }
        assert_eq!(Both::named("Fuller"), None);
        assert_eq!(Both::Full.said(), Said { code: Code::Conflict, field: None, detail: "It is full." });
        assert_eq!(Both::TooLong.said().field, Some(("name", "too_long")));
        let taken = Said { code: Code::Conflict, field: Some(("name", "taken")), detail: "It is taken." };
        assert_eq!(Both::Taken.said(), taken);
        assert_eq!(Both::from(Denied::Forbidden).said().code, Code::Forbidden);
    }
}
