//! Which keys do what: a preset, changed by the user's file.

use std::collections::BTreeMap;

use super::action::{Action, Context};
use super::presets::Preset;
use super::press::{self, NoKey, Press};

/// What keys mean in some places, one place after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// They do this.
    Does(Action),
    /// They may begin something: more keys are needed.
    Begins,
    /// Nothing.
    Nothing,
}

/// Why a line of the user's file is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadBinding {
    /// It names no place where keys have a meaning.
    #[error("[keys.{0}]: there are global, list, messages, compose and overlay")]
    NoContext(String),
    /// It names nothing that can be done.
    #[error("{0:?} is nothing that a key can do; `?` shows the names")]
    NoAction(String),
    /// It names no key.
    #[error(transparent)]
    NoKey(#[from] NoKey),
}

/// The keys of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    pub preset: Preset,
    keys: BTreeMap<Context, BTreeMap<Vec<Press>, Action>>,
}

/// The user's changes: for each place, keys and what they do; `none` takes a key away.
pub type Changes = BTreeMap<String, BTreeMap<String, String>>;

impl Keymap {
    /// The keys of a preset.
    #[must_use]
    pub fn of(preset: Preset) -> Self {
        let mut keymap = Self { preset, keys: BTreeMap::new() };
        for (context, keys, action) in preset.keys() {
            // The tables are checked by a test.
            if let Ok(keys) = press::sequence(keys) {
                keymap.bind(context, keys, action);
            }
        }
        keymap
    }

    /// The keys of a preset as the user changed them.
    ///
    /// # Errors
    /// [`BadBinding`]
    pub fn changed(preset: Preset, changes: &Changes) -> Result<Self, BadBinding> {
        let mut keymap = Self::of(preset);
        for (place, keys) in changes {
            let context = Context::named(place).ok_or_else(|| BadBinding::NoContext(place.clone()))?;
            for (keys, action) in keys {
                let keys = press::sequence(keys)?;
                match action.as_str() {
                    "none" => keymap.unbind(context, &keys),
                    name => {
                        let action =
                            Action::named(name).ok_or_else(|| BadBinding::NoAction(name.to_owned()))?;
                        keymap.bind(context, keys, action);
                    }
                }
            }
        }
        Ok(keymap)
    }

    /// Keys that begin others, or begin with others, make way: each sequence can be reached.
    fn bind(&mut self, context: Context, keys: Vec<Press>, action: Action) {
        let bound = self.keys.entry(context).or_default();
        bound.retain(|known, _| !(known.starts_with(&keys) || keys.starts_with(known)));
        bound.insert(keys, action);
    }

    fn unbind(&mut self, context: Context, keys: &[Press]) {
        if let Some(bound) = self.keys.get_mut(&context) {
            bound.remove(keys);
        }
    }

    /// What keys mean in these places; the first place that has a meaning counts.
    #[must_use]
    pub fn meaning(&self, contexts: &[Context], keys: &[Press]) -> Meaning {
        for context in contexts {
            let Some(bound) = self.keys.get(context) else { continue };
            if let Some(action) = bound.get(keys) {
                return Meaning::Does(*action);
            }
            if bound.keys().any(|known| known.starts_with(keys)) {
                return Meaning::Begins;
            }
        }
        Meaning::Nothing
    }

    /// The keys of a place, as the help shows them.
    pub fn in_context(&self, context: Context) -> impl Iterator<Item = (String, Action)> {
        self.keys.get(&context).into_iter().flatten().map(|(keys, action)| (press::written(keys), *action))
    }

    /// How an action is reached by keys, the shortest way of the widest place; `None` where it is not.
    #[must_use]
    pub fn keys_of(&self, action: Action) -> Option<String> {
        let shortest = |keys: &BTreeMap<Vec<Press>, Action>| {
            let own = keys.iter().filter(|(_, own)| **own == action);
            own.map(|(keys, _)| press::written(keys)).min_by_key(|keys| (keys.len(), keys.clone()))
        };
        self.keys.values().find_map(shortest)
    }
}
