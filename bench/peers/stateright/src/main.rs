//! The yardsticks as Stateright models: one breadth-first search, one line of JSON.
//!
//!     stateright-peer barrier-M|barrier-L|tpc7|tpc8 idiomatic|flat THREADS
//!
//! `idiomatic` is written as the library's own examples are (nested structs, Option, sets); `flat` is what somebody who
//! tunes it writes: the same variables as one Copy struct. Counts are compared with the kernel's by bench/peers.

mod barrier;
mod barrier_flat;
mod barrier_idiomatic;
mod two_phase_commit;

use barrier::Bounds;
use stateright::{Checker, HasDiscoveries, Model};
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, style, threads] = arguments.as_slice() else {
        panic!("expected MODEL STYLE THREADS, got {arguments:?}");
    };
    let threads = threads.parse().expect("a number of threads");
    match (model.as_str(), style.as_str()) {
        ("barrier-M", "flat") => search(barrier_flat::Job(Bounds::M), threads),
        ("barrier-L", "flat") => search(barrier_flat::Job(Bounds::L), threads),
        ("barrier-M", "idiomatic") => search(barrier_idiomatic::Job(Bounds::M), threads),
        ("barrier-L", "idiomatic") => search(barrier_idiomatic::Job(Bounds::L), threads),
        ("tpc7", "flat") => search(two_phase_commit::Flat { managers: 7 }, threads),
        ("tpc8", "flat") => search(two_phase_commit::Flat { managers: 8 }, threads),
        ("tpc7", "idiomatic") => search(two_phase_commit::Idiomatic { managers: 7 }, threads),
        ("tpc8", "idiomatic") => search(two_phase_commit::Idiomatic { managers: 8 }, threads),
        _ => panic!("no model {model} in style {style}"),
    }
}

/// Seconds are of the search alone, as for the kernel; the library counts the initial state as one transition more.
fn search<M>(model: M, threads: usize)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + PartialEq + std::hash::Hash + Send + Sync + 'static,
    M::Action: Clone + PartialEq,
{
    let began = Instant::now();
    let checker = model.checker().threads(threads).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let seconds = began.elapsed().as_secs_f64();
    let violated: Vec<String> = checker.discoveries().keys().map(|name| format!("\"{name}\"")).collect();
    println!(
        "{{\"states\":{},\"transitions\":{},\"depth\":{},\"seconds\":{seconds},\"peakBytes\":{},\"violated\":[{}]}}",
        checker.unique_state_count(),
        checker.state_count() - 1,
        checker.max_depth() - 1,
        peak_bytes(),
        violated.join(",")
    );
}

/// Of this process, where the system says it; 0 elsewhere.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|text| text.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
