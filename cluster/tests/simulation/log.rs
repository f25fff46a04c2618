//! The database in memory: streams with their fence.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

/// What is asked of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Adds a key, once; may be asked again.
    Add(u64),
    /// Sets the value; asked again it would be set again.
    Set(u64),
}

/// One stream.
#[derive(Debug, Default)]
pub struct Stream {
    pub epoch: u64,
    /// Every entry with the epoch that it was written under.
    pub entries: Vec<(u64, Command)>,
    /// How many entries were published, each in its order.
    pub published: Vec<Command>,
}

/// All streams.
#[derive(Debug, Default)]
pub struct Log {
    pub streams: HashMap<u128, Stream>,
}

impl Log {
    /// Raises a stream's epoch; the epoch and the head.
    pub fn take_over(&mut self, entity: u128) -> (u64, usize) {
        let stream = self.streams.entry(entity).or_default();
        stream.epoch += 1;
        (stream.epoch, stream.entries.len())
    }

    /// Appends where epoch and head match; a key that is there already is left out. Whether the fence admitted it.
    pub fn append(&mut self, entity: u128, epoch: u64, head: usize, command: &Command) -> bool {
        let stream = self.streams.entry(entity).or_default();
        if stream.epoch != epoch || stream.entries.len() != head {
            return false;
        }
        let known =
            matches!(command, Command::Add(_)) && stream.entries.iter().any(|(_, one)| one == command);
        if !known {
            stream.entries.push((epoch, command.clone()));
        }
        true
    }

    /// Publishes what is not published yet, in order.
    pub fn publish(&mut self, entity: u128) {
        let stream = self.streams.entry(entity).or_default();
        let new: Vec<_> =
            stream.entries[stream.published.len()..].iter().map(|(_, one)| one.clone()).collect();
        stream.published.extend(new);
    }

    /// I2 and I15, and that what was committed is published in order.
    pub fn verdict(&self) -> Result<(), String> {
        for (entity, stream) in &self.streams {
            let mut seen = HashSet::new();
            let added = stream.entries.iter().filter(|(_, command)| matches!(command, Command::Add(_)));
            for (_, command) in added {
                if !seen.insert(format!("{command:?}")) {
                    return Err(format!("I2: {command:?} is twice in {entity}"));
                }
            }
            if stream.entries.windows(2).any(|pair| pair[0].0 > pair[1].0) {
                return Err(format!("I15: a later write of {entity} under an earlier epoch"));
            }
            let written = stream.entries.iter().map(|(_, command)| command);
            if !written.zip(&stream.published).all(|(written, published)| written == published) {
                return Err(format!("{entity} was published in another order"));
            }
        }
        Ok(())
    }

    fn longest(&mut self) -> &mut Stream {
        self.streams.values_mut().max_by_key(|stream| stream.entries.len()).expect("streams")
    }

    /// Plants a lost write.
    pub fn lose_last(&mut self) {
        let stream = self.longest();
        let at =
            stream.entries.iter().position(|(_, one)| matches!(one, Command::Add(_))).expect("an addition");
        stream.entries.remove(at);
    }

    /// Plants a doubled write.
    pub fn double_last(&mut self) {
        let stream = self.longest();
        let at =
            stream.entries.iter().rposition(|(_, one)| matches!(one, Command::Add(_))).expect("an addition");
        let double = stream.entries[at].clone();
        stream.entries.push(double);
    }

    /// Plants a write of an owner that was superseded.
    pub fn write_under_first_epoch(&mut self) {
        let stream = self.longest();
        stream.entries.push((0, Command::Add(u64::MAX)));
    }

    /// Plants a change that came back.
    pub fn bring_first_change_back(&mut self) {
        let sets = |stream: &Stream| {
            stream
                .entries
                .iter()
                .filter(|(_, one)| matches!(one, Command::Set(_)))
                .cloned()
                .collect::<Vec<_>>()
        };
        let stream = self.streams.values_mut().max_by_key(|stream| sets(stream).len()).expect("streams");
        let first = sets(stream).first().expect("a change").1.clone();
        stream.entries.push((stream.epoch, first));
    }
}
