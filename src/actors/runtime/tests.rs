//! Activation, crashes, poison, passivation, against a store in memory.
