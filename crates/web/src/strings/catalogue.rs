//! The macros behind the files of languages.

/// The first language of a catalogue, by the name of its type: its keys are the keys of all.
macro_rules! catalogue {
    ($type:ident, $name:ident: $($key:ident $text:literal)+) => {
        /// All texts in one language.
        #[derive(Debug)]
        pub struct $type { $(pub $key: &'static str),+ }

        pub(super) static $name: $type = $type { $($key: $text),+ };

        #[cfg(test)]
        impl $type {
            /// Each key with its text.
            pub(super) fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key)),+]
            }
        }
    };
}

/// Another language.
macro_rules! translation {
    ($type:ident, $name:ident: $($key:ident $text:literal)+) => {
        pub(super) static $name: $type = $type { $($key: $text),+ };
    };
}

pub(super) use {catalogue, translation};
