//! Lamport's TwoPhase for Stateright, twice: with vectors and sets, and with the same variables as bit masks.

use stateright::{Model, Property};
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    TmCommit,
    TmAbort,
    TmRcvPrepared(usize),
    RmPrepare(usize),
    RmChooseToAbort(usize),
    RmRcvCommitMsg(usize),
    RmRcvAbortMsg(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Manager {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Decision {
    Open,
    Committed,
    Aborted,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Message {
    Prepared(usize),
    Commit,
    Abort,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    managers: Vec<Manager>,
    decision: Decision,
    known_prepared: BTreeSet<usize>,
    messages: BTreeSet<Message>,
}

pub struct Idiomatic {
    pub managers: usize,
}

impl Model for Idiomatic {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            managers: vec![Manager::Working; self.managers],
            decision: Decision::Open,
            known_prepared: BTreeSet::new(),
            messages: BTreeSet::new(),
        }]
    }

    fn actions(&self, s: &State, out: &mut Vec<Action>) {
        if s.decision == Decision::Open {
            if s.known_prepared.len() == self.managers {
                out.push(Action::TmCommit);
            }
            out.push(Action::TmAbort);
        }
        for (rm, manager) in s.managers.iter().enumerate() {
            if s.decision == Decision::Open && s.messages.contains(&Message::Prepared(rm)) {
                out.push(Action::TmRcvPrepared(rm));
            }
            if *manager == Manager::Working {
                out.push(Action::RmPrepare(rm));
                out.push(Action::RmChooseToAbort(rm));
            }
            if s.messages.contains(&Message::Commit) {
                out.push(Action::RmRcvCommitMsg(rm));
            }
            if s.messages.contains(&Message::Abort) {
                out.push(Action::RmRcvAbortMsg(rm));
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut s = last.clone();
        match action {
            Action::TmCommit => {
                s.decision = Decision::Committed;
                s.messages.insert(Message::Commit);
            }
            Action::TmAbort => {
                s.decision = Decision::Aborted;
                s.messages.insert(Message::Abort);
            }
            Action::TmRcvPrepared(rm) => {
                s.known_prepared.insert(rm);
            }
            Action::RmPrepare(rm) => {
                s.managers[rm] = Manager::Prepared;
                s.messages.insert(Message::Prepared(rm));
            }
            Action::RmChooseToAbort(rm) | Action::RmRcvAbortMsg(rm) => s.managers[rm] = Manager::Aborted,
            Action::RmRcvCommitMsg(rm) => s.managers[rm] = Manager::Committed,
        }
        Some(s)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("consistent", |_: &Self, s: &State| {
            !(s.managers.contains(&Manager::Aborted) && s.managers.contains(&Manager::Committed))
        })]
    }
}

const WORKING: u32 = 0;
const PREPARED: u32 = 1;
const COMMITTED: u32 = 2;
const ABORTED: u32 = 3;
const COMMIT: u16 = 1 << 14;
const ABORT: u16 = 1 << 15;

/// Two bits a manager; of `sent`, a bit for each manager's Prepared, and one each for Commit and Abort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bits {
    managers: u32,
    known_prepared: u16,
    sent: u16,
    decision: Decision,
}

impl Bits {
    fn manager(&self, rm: usize) -> u32 {
        (self.managers >> (2 * rm)) & 3
    }
    fn set(&mut self, rm: usize, to: u32) {
        self.managers = (self.managers & !(3 << (2 * rm))) | (to << (2 * rm));
    }
}

pub struct Flat {
    pub managers: usize,
}

impl Model for Flat {
    type State = Bits;
    type Action = Action;

    fn init_states(&self) -> Vec<Bits> {
        vec![Bits { managers: 0, known_prepared: 0, sent: 0, decision: Decision::Open }]
    }

    fn actions(&self, s: &Bits, out: &mut Vec<Action>) {
        if s.decision == Decision::Open {
            if s.known_prepared.count_ones() as usize == self.managers {
                out.push(Action::TmCommit);
            }
            out.push(Action::TmAbort);
        }
        for rm in 0..self.managers {
            if s.decision == Decision::Open && s.sent & (1 << rm) != 0 {
                out.push(Action::TmRcvPrepared(rm));
            }
            if s.manager(rm) == WORKING {
                out.push(Action::RmPrepare(rm));
                out.push(Action::RmChooseToAbort(rm));
            }
            if s.sent & COMMIT != 0 {
                out.push(Action::RmRcvCommitMsg(rm));
            }
            if s.sent & ABORT != 0 {
                out.push(Action::RmRcvAbortMsg(rm));
            }
        }
    }

    fn next_state(&self, last: &Bits, action: Action) -> Option<Bits> {
        let mut s = *last;
        match action {
            Action::TmCommit => {
                s.decision = Decision::Committed;
                s.sent |= COMMIT;
            }
            Action::TmAbort => {
                s.decision = Decision::Aborted;
                s.sent |= ABORT;
            }
            Action::TmRcvPrepared(rm) => s.known_prepared |= 1 << rm,
            Action::RmPrepare(rm) => {
                s.set(rm, PREPARED);
                s.sent |= 1 << rm;
            }
            Action::RmChooseToAbort(rm) | Action::RmRcvAbortMsg(rm) => s.set(rm, ABORTED),
            Action::RmRcvCommitMsg(rm) => s.set(rm, COMMITTED),
        }
        Some(s)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("consistent", |model: &Self, s: &Bits| {
            let some = |state| (0..model.managers).any(|rm| s.manager(rm) == state);
            !(some(ABORTED) && some(COMMITTED))
        })]
    }
}
