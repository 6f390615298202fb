//! What both forms of the barrier yardstick share: its bounds, its actions, which record is which version of which key.
//! The protocol is model/yardsticks/barrier.ts, flush on barrier, versioned store.

pub const SOURCES: usize = 2;
pub const RECORDS: u8 = 2;
pub const KEYS: usize = 2;
pub const VERSIONS: u8 = RECORDS * SOURCES as u8;
pub const CRASHES: u8 = 1;
/// The sink's acknowledgement stands behind those of the sources.
pub const SINK: usize = SOURCES;
pub const TASKS: usize = SOURCES + 1;

/// 1.. ; 0 stands for none.
pub type Version = u8;

#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub checkpoints: u8,
    pub capacity: usize,
}

impl Bounds {
    /// Room for all there can be: no channel is ever full.
    pub const M: Bounds = Bounds { checkpoints: 1, capacity: RECORDS as usize + 1 };
    pub const L: Bounds = Bounds { checkpoints: 2, capacity: 2 };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Emit(usize),
    Barrier(usize),
    Receive(usize),
    Flush,
    AckFlush,
    Land(Version),
    Trigger,
    Collect(usize),
    Complete,
    Notify,
    Crash,
    Restore,
    ZombieLands(Version),
    ZombieLost(Version),
}

pub fn version(source: usize, record: u8) -> Version {
    record * SOURCES as u8 + source as u8 + 1
}

pub fn key(version: Version) -> usize {
    ((version - 1) as usize / SOURCES) % KEYS
}

/// The newest version of each key.
pub fn sequential() -> [Version; KEYS] {
    let mut newest = [0; KEYS];
    for v in 1..=VERSIONS {
        newest[key(v)] = newest[key(v)].max(v);
    }
    newest
}
