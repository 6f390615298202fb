//! The barrier yardstick as one Copy struct of small arrays and bit sets.

use crate::barrier::*;
use stateright::{Model, Property};

const LONGEST: usize = 4;
const SENT: u8 = 1;
const COLLECTED: u8 = 2;
const ALL_BLOCKED: u8 = (1 << SOURCES) - 1;

/// An element is a version, or VERSIONS + the id of a barrier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Channel {
    length: u8,
    at: [u8; LONGEST],
}

impl Channel {
    fn push(&mut self, element: u8) {
        self.at[self.length as usize] = element;
        self.length += 1;
    }
    fn shift(&mut self) -> u8 {
        let first = self.at[0];
        self.at.copy_within(1.., 0);
        self.at[LONGEST - 1] = 0;
        self.length -= 1;
        first
    }
    fn records(&self) -> u8 {
        self.at[..self.length as usize].iter().filter(|element| **element <= VERSIONS).count() as u8
    }
}

/// Sets of versions have bit v for version v.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    up: bool,
    crashes: u8,
    offset: [u8; SOURCES],
    rpc: [u8; SOURCES],
    channels: [Channel; SOURCES],
    buffer: [Version; KEYS],
    inflight: u8,
    aligning: u8,
    blocked: u8,
    syncing: u8,
    notified: u8,
    next: u8,
    notify: u8,
    pending: u8,
    pending_offset: [u8; SOURCES],
    pending_buffer: [Version; KEYS],
    ack: [u8; TASKS],
    completed: u8,
    completed_offset: [u8; SOURCES],
    completed_buffer: [Version; KEYS],
    store: [Version; KEYS],
    zombies: u8,
}

impl State {
    fn write(&mut self, v: Version) {
        let k = key(v);
        self.store[k] = self.store[k].max(v);
    }
    fn start_flush(&mut self) {
        for v in &mut self.buffer {
            if *v != 0 {
                self.inflight |= 1 << *v;
                *v = 0;
            }
        }
    }
    fn clear_pending(&mut self) {
        self.pending = 0;
        self.pending_offset = Default::default();
        self.pending_buffer = Default::default();
        self.ack = Default::default();
    }
    fn receive(&mut self, source: usize) {
        let element = self.channels[source].shift();
        if element <= VERSIONS {
            let k = key(element);
            self.buffer[k] = self.buffer[k].max(element);
            return;
        }
        let id = element - VERSIONS;
        if id < self.aligning {
            return; // of a superseded checkpoint
        }
        if id > self.aligning {
            self.aligning = id;
            self.blocked = 0;
        }
        self.blocked |= 1 << source;
        if self.blocked == ALL_BLOCKED {
            self.aligning = 0;
            self.blocked = 0;
            self.start_flush();
            self.syncing = id;
        }
    }
    fn crash(&mut self) {
        *self = State {
            crashes: self.crashes + 1,
            zombies: self.zombies | self.inflight, // one crash: at most one zombie of a version
            next: self.next,
            completed: self.completed,
            completed_offset: self.completed_offset,
            completed_buffer: self.completed_buffer,
            store: self.store,
            ..State::default()
        };
    }
    fn quiescent(&self) -> bool {
        self.up
            && self.zombies == 0
            && self.syncing == 0
            && self.inflight == 0
            && self.buffer == [0; KEYS]
            && self.channels.iter().all(|channel| channel.length == 0)
            && self.offset == [RECORDS; SOURCES]
            && self.rpc == [0; SOURCES]
    }
    fn durable(&self) -> bool {
        (0..SOURCES).all(|source| {
            (0..self.completed_offset[source]).all(|record| {
                let v = version(source, record);
                self.store[key(v)] >= v || self.completed_buffer[key(v)] >= v
            })
        })
    }
    fn accounted(&self) -> bool {
        !self.up
            || (0..SOURCES).all(|source| {
                (0..self.offset[source] - self.channels[source].records()).all(|record| {
                    let v = version(source, record);
                    let k = key(v);
                    self.store[k] >= v
                        || self.buffer[k] >= v
                        || (v..=VERSIONS).any(|newer| self.inflight & (1 << newer) != 0 && key(newer) == k)
                })
            })
    }
    fn ids(&self) -> bool {
        self.notified <= self.completed && (self.pending == 0 || self.pending > self.completed)
    }
    fn exact(&self) -> bool {
        !self.quiescent() || self.store == sequential()
    }
}

pub struct Job(pub Bounds);

impl Model for Job {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State { up: true, next: 1, ..State::default() }]
    }

    fn actions(&self, s: &State, out: &mut Vec<Action>) {
        for source in 0..SOURCES {
            let length = s.channels[source].length;
            let room = (length as usize) < self.0.capacity;
            if s.up && room && s.offset[source] < RECORDS {
                out.push(Action::Emit(source));
            }
            if s.up && room && s.rpc[source] != 0 {
                out.push(Action::Barrier(source));
            }
            if length > 0 && s.blocked & (1 << source) == 0 && s.syncing == 0 {
                out.push(Action::Receive(source));
            }
        }
        if s.syncing == 0 && s.buffer != [0; KEYS] {
            out.push(Action::Flush);
        }
        if s.syncing != 0 && s.inflight == 0 {
            out.push(Action::AckFlush);
        }
        for v in 1..=VERSIONS {
            if s.inflight & (1 << v) != 0 {
                out.push(Action::Land(v));
            }
        }
        if s.up && s.pending == 0 && s.next <= self.0.checkpoints {
            out.push(Action::Trigger);
        }
        for task in 0..TASKS {
            if s.ack[task] == SENT {
                out.push(Action::Collect(task));
            }
        }
        if s.pending != 0 && s.ack == [COLLECTED; TASKS] {
            out.push(Action::Complete);
        }
        if s.notify != 0 {
            out.push(Action::Notify);
        }
        if s.up && s.crashes < CRASHES {
            out.push(Action::Crash);
        }
        if !s.up {
            out.push(Action::Restore);
        }
        for v in 1..=VERSIONS {
            if s.zombies & (1 << v) != 0 {
                out.push(Action::ZombieLands(v));
                out.push(Action::ZombieLost(v));
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut s = *last;
        match action {
            Action::Emit(source) => {
                s.channels[source].push(version(source, s.offset[source]));
                s.offset[source] += 1;
            }
            Action::Barrier(source) => {
                let id = s.rpc[source];
                s.channels[source].push(VERSIONS + id);
                s.rpc[source] = 0;
                if s.pending == id {
                    s.pending_offset[source] = s.offset[source];
                    s.ack[source] = SENT;
                }
            }
            Action::Receive(source) => s.receive(source),
            Action::Flush => s.start_flush(),
            Action::AckFlush => {
                if s.pending == s.syncing {
                    s.ack[SINK] = SENT;
                    s.pending_buffer = s.buffer;
                }
                s.syncing = 0;
            }
            Action::Land(v) => {
                s.write(v);
                s.inflight &= !(1 << v);
            }
            Action::Trigger => {
                s.pending = s.next;
                s.next += 1;
                s.rpc = [s.pending; SOURCES];
            }
            Action::Collect(task) => s.ack[task] = COLLECTED,
            Action::Complete => {
                s.completed = s.pending;
                s.notify = s.pending;
                s.completed_offset = s.pending_offset;
                s.completed_buffer = s.pending_buffer;
                s.clear_pending();
            }
            Action::Notify => {
                s.notified = s.notify;
                s.notify = 0;
            }
            Action::Crash => s.crash(),
            Action::Restore => {
                s.up = true;
                s.notified = s.completed;
                s.offset = s.completed_offset;
                s.buffer = s.completed_buffer;
            }
            Action::ZombieLands(v) => {
                s.write(v);
                s.zombies &= !(1 << v);
            }
            Action::ZombieLost(v) => s.zombies &= !(1 << v),
        }
        Some(s)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("durable", |_: &Self, s: &State| s.durable()),
            Property::always("accounted", |_: &Self, s: &State| s.accounted()),
            Property::always("ids", |_: &Self, s: &State| s.ids()),
            Property::always("exact", |_: &Self, s: &State| s.exact()),
        ]
    }
}
