//! The barrier yardstick as one would write it first: a struct for each actor, collections for what comes and goes.

use crate::barrier::*;
use stateright::{Model, Property};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Element {
    Record(Version),
    Barrier(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Ack {
    Awaited,
    Sent,
    Collected,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Source {
    offset: u8,
    rpc: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Sink {
    buffer: BTreeMap<usize, Version>,
    inflight: BTreeSet<Version>,
    aligning: u8,
    blocked: BTreeSet<usize>,
    syncing: Option<u8>,
    notified: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Checkpoint {
    id: u8,
    offsets: Vec<u8>,
    buffer: BTreeMap<usize, Version>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Pending {
    checkpoint: Checkpoint,
    acks: Vec<Ack>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Coordinator {
    next: u8,
    pending: Option<Pending>,
    completed: Checkpoint,
    notify: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    up: bool,
    crashes: u8,
    sources: Vec<Source>,
    channels: Vec<VecDeque<Element>>,
    sink: Sink,
    coordinator: Coordinator,
    store: Vec<Version>,
    zombies: BTreeMap<Version, u8>,
}

impl Sink {
    fn restored(from: &Checkpoint) -> Sink {
        Sink {
            buffer: from.buffer.clone(),
            inflight: BTreeSet::new(),
            aligning: 0,
            blocked: BTreeSet::new(),
            syncing: None,
            notified: from.id,
        }
    }
    fn start_flush(&mut self) {
        self.inflight.extend(self.buffer.values());
        self.buffer.clear();
    }
    fn take(&mut self, v: Version) {
        let newest = self.buffer.entry(key(v)).or_insert(v);
        *newest = v.max(*newest);
    }
    fn barrier(&mut self, source: usize, id: u8) {
        if id < self.aligning {
            return; // of a superseded checkpoint
        }
        if id > self.aligning {
            self.aligning = id;
            self.blocked.clear();
        }
        self.blocked.insert(source);
        if self.blocked.len() == SOURCES {
            self.aligning = 0;
            self.blocked.clear();
            self.start_flush();
            self.syncing = Some(id);
        }
    }
}

impl Checkpoint {
    fn empty(id: u8) -> Checkpoint {
        Checkpoint { id, offsets: vec![0; SOURCES], buffer: BTreeMap::new() }
    }
    fn holds(&self, v: Version) -> bool {
        self.buffer.get(&key(v)).is_some_and(|newest| *newest >= v)
    }
}

impl State {
    fn write(&mut self, v: Version) {
        let k = key(v);
        self.store[k] = self.store[k].max(v);
    }
    fn bury(&mut self, v: Version) {
        let count = self.zombies.get_mut(&v).expect("a zombie of this version");
        *count -= 1;
        if *count == 0 {
            self.zombies.remove(&v);
        }
    }
    fn pending(&mut self, id: u8) -> Option<&mut Pending> {
        self.coordinator.pending.as_mut().filter(|pending| pending.checkpoint.id == id)
    }
    fn quiescent(&self) -> bool {
        self.up
            && self.zombies.is_empty()
            && self.sink.syncing.is_none()
            && self.sink.inflight.is_empty()
            && self.sink.buffer.is_empty()
            && self.channels.iter().all(|channel| channel.is_empty())
            && self.sources.iter().all(|source| source.offset == RECORDS && source.rpc.is_none())
    }
    fn durable(&self) -> bool {
        let completed = &self.coordinator.completed;
        (0..SOURCES).all(|source| {
            (0..completed.offsets[source]).all(|record| {
                let v = version(source, record);
                self.store[key(v)] >= v || completed.holds(v)
            })
        })
    }
    fn accounted(&self) -> bool {
        !self.up
            || (0..SOURCES).all(|source| {
                let queued = self.channels[source].iter().filter(|e| matches!(e, Element::Record(_))).count() as u8;
                (0..self.sources[source].offset - queued).all(|record| {
                    let v = version(source, record);
                    self.store[key(v)] >= v
                        || self.sink.buffer.get(&key(v)).is_some_and(|newest| *newest >= v)
                        || self.sink.inflight.iter().any(|newer| key(*newer) == key(v) && *newer >= v)
                })
            })
    }
    fn ids(&self) -> bool {
        let Coordinator { completed, pending, .. } = &self.coordinator;
        self.sink.notified <= completed.id && pending.as_ref().map_or(true, |p| p.checkpoint.id > completed.id)
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
        let nothing = Checkpoint::empty(0);
        vec![State {
            up: true,
            crashes: 0,
            sources: vec![Source { offset: 0, rpc: None }; SOURCES],
            channels: vec![VecDeque::new(); SOURCES],
            sink: Sink::restored(&nothing),
            coordinator: Coordinator { next: 1, pending: None, completed: nothing, notify: None },
            store: vec![0; KEYS],
            zombies: BTreeMap::new(),
        }]
    }

    fn actions(&self, s: &State, out: &mut Vec<Action>) {
        for source in 0..SOURCES {
            let room = s.channels[source].len() < self.0.capacity;
            if s.up && room && s.sources[source].offset < RECORDS {
                out.push(Action::Emit(source));
            }
            if s.up && room && s.sources[source].rpc.is_some() {
                out.push(Action::Barrier(source));
            }
            if !s.channels[source].is_empty() && !s.sink.blocked.contains(&source) && s.sink.syncing.is_none() {
                out.push(Action::Receive(source));
            }
        }
        if s.sink.syncing.is_none() && !s.sink.buffer.is_empty() {
            out.push(Action::Flush);
        }
        if s.sink.syncing.is_some() && s.sink.inflight.is_empty() {
            out.push(Action::AckFlush);
        }
        out.extend(s.sink.inflight.iter().map(|v| Action::Land(*v)));
        match &s.coordinator.pending {
            None if s.up && s.coordinator.next <= self.0.checkpoints => out.push(Action::Trigger),
            None => {}
            Some(pending) => {
                let sent = pending.acks.iter().enumerate().filter(|(_, ack)| **ack == Ack::Sent);
                out.extend(sent.map(|(task, _)| Action::Collect(task)));
                if pending.acks.iter().all(|ack| *ack == Ack::Collected) {
                    out.push(Action::Complete);
                }
            }
        }
        if s.coordinator.notify.is_some() {
            out.push(Action::Notify);
        }
        if s.up && s.crashes < CRASHES {
            out.push(Action::Crash);
        }
        if !s.up {
            out.push(Action::Restore);
        }
        for v in s.zombies.keys() {
            out.push(Action::ZombieLands(*v));
            out.push(Action::ZombieLost(*v));
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut s = last.clone();
        match action {
            Action::Emit(source) => {
                let v = version(source, s.sources[source].offset);
                s.channels[source].push_back(Element::Record(v));
                s.sources[source].offset += 1;
            }
            Action::Barrier(source) => {
                let id = s.sources[source].rpc.take()?;
                s.channels[source].push_back(Element::Barrier(id));
                let offset = s.sources[source].offset;
                if let Some(pending) = s.pending(id) {
                    pending.checkpoint.offsets[source] = offset;
                    pending.acks[source] = Ack::Sent;
                }
            }
            Action::Receive(source) => match s.channels[source].pop_front()? {
                Element::Record(v) => s.sink.take(v),
                Element::Barrier(id) => s.sink.barrier(source, id),
            },
            Action::Flush => s.sink.start_flush(),
            Action::AckFlush => {
                let id = s.sink.syncing.take()?;
                let buffer = s.sink.buffer.clone();
                if let Some(pending) = s.pending(id) {
                    pending.acks[SINK] = Ack::Sent;
                    pending.checkpoint.buffer = buffer;
                }
            }
            Action::Land(v) => {
                s.write(v);
                s.sink.inflight.remove(&v);
            }
            Action::Trigger => {
                let id = s.coordinator.next;
                s.coordinator.next += 1;
                s.coordinator.pending = Some(Pending { checkpoint: Checkpoint::empty(id), acks: vec![Ack::Awaited; TASKS] });
                for source in &mut s.sources {
                    source.rpc = Some(id);
                }
            }
            Action::Collect(task) => s.coordinator.pending.as_mut()?.acks[task] = Ack::Collected,
            Action::Complete => {
                s.coordinator.completed = s.coordinator.pending.take()?.checkpoint;
                s.coordinator.notify = Some(s.coordinator.completed.id);
            }
            Action::Notify => s.sink.notified = s.coordinator.notify.take()?,
            Action::Crash => {
                s.up = false;
                s.crashes += 1;
                s.sources = vec![Source { offset: 0, rpc: None }; SOURCES];
                s.channels = vec![VecDeque::new(); SOURCES];
                for v in &s.sink.inflight {
                    *s.zombies.entry(*v).or_default() += 1;
                }
                s.sink = Sink::restored(&Checkpoint::empty(0));
                s.coordinator.pending = None;
                s.coordinator.notify = None;
            }
            Action::Restore => {
                s.up = true;
                for (source, offset) in s.sources.iter_mut().zip(&s.coordinator.completed.offsets) {
                    source.offset = *offset;
                }
                s.sink = Sink::restored(&s.coordinator.completed);
            }
            Action::ZombieLands(v) => {
                s.write(v);
                s.bury(v);
            }
            Action::ZombieLost(v) => s.bury(v),
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
