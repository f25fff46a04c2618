//! The macros behind the texts of pages.

/// The texts of one area, in English and German.
macro_rules! catalogue {
    ($type:ident: $($key:ident: $english:literal, $german:literal;)+) => {
        /// The texts of this area in one language.
        #[derive(Debug)]
        pub struct $type { $(pub $key: &'static str),+ }

        impl $type {
            pub(super) const ENGLISH: Self = Self { $($key: $english),+ };
            pub(super) const GERMAN: Self = Self { $($key: $german),+ };

            /// Each key with its text.
            #[cfg(test)]
            pub(super) fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key)),+]
            }
        }
    };
}

/// All areas, by the names of their modules.
macro_rules! areas {
    ($($area:ident: $type:ident,)+) => {
        /// All texts of pages in one language.
        #[derive(Debug)]
        pub struct Strings { $(pub $area: super::$area::$type),+ }

        pub(in crate::strings) static ENGLISH: Strings = Strings { $($area: super::$area::$type::ENGLISH),+ };
        pub(in crate::strings) static GERMAN: Strings = Strings { $($area: super::$area::$type::GERMAN),+ };

        #[cfg(test)]
        impl Strings {
            /// Each area with its keys and their texts.
            pub(in crate::strings) fn all(&self) -> Vec<(&'static str, &'static str, &'static str)> {
                let mut all = Vec::new();
                $(all.extend(self.$area.all().into_iter().map(|(key, text)| (stringify!($area), key, text)));)+
                all
            }
        }
    };
}

pub(super) use {areas, catalogue};
