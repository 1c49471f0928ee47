//! Wire faults, seen by a client that looks at every byte and at how its connection ends.

mod closing;
mod crowd;
mod ends;
mod paces;
mod raw;
mod scope;
mod unusual;
