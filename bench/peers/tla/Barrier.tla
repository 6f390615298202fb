------------------------------ MODULE Barrier ------------------------------
(* The barrier yardstick (model/yardsticks/barrier.ts, flush on barrier,    *)
(* versioned store) for TLC: the same variables, one action for each rule.  *)
(* Constants are written by bench/peers/tlc.ts from the yardstick's bounds. *)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS Sources, Records, Keys, Checkpoints, Crashes, Capacity

VARIABLES up, crashes, offset, rpc, channel,
          buffer, inflight, aligning, blocked, syncing, notified,
          next, notify, pending, pendingOffset, pendingBuffer, ack,
          completed, completedOffset, completedBuffer,
          store, zombies

sources    == <<offset, rpc>>
alignment  == <<aligning, blocked>>
sink       == <<buffer, inflight, alignment, syncing>>
inProgress == <<pending, pendingOffset, pendingBuffer, ack>>
restorable == <<completed, completedOffset, completedBuffer>>

Source  == 1..Sources
Key     == 1..Keys
Version == 1..(Sources * Records)
Sink    == Sources + 1
Task    == 1..Sink

VersionOf(s, i) == i * Sources + s \* of record i of source s, from 0
KeyOf(v)        == (((v - 1) \div Sources) % Keys) + 1

NoOffsets  == [s \in Source |-> 0]
NoVersions == [k \in Key |-> 0]
NoAcks     == [t \in Task |-> "awaited"]
NoZombies  == [v \in Version |-> 0]

Newest(versions, v) == [versions EXCEPT ![KeyOf(v)] = IF v > @ THEN v ELSE @]
Flushed == inflight \cup {buffer[k] : k \in {k \in Key : buffer[k] # 0}}

Init ==
  /\ up = TRUE /\ crashes = 0
  /\ offset = NoOffsets /\ rpc = NoOffsets /\ channel = [s \in Source |-> <<>>]
  /\ buffer = NoVersions /\ inflight = {} /\ aligning = 0 /\ blocked = {} /\ syncing = 0
  /\ notified = 0 /\ next = 1 /\ notify = 0
  /\ pending = 0 /\ pendingOffset = NoOffsets /\ pendingBuffer = NoVersions /\ ack = NoAcks
  /\ completed = 0 /\ completedOffset = NoOffsets /\ completedBuffer = NoVersions
  /\ store = NoVersions /\ zombies = NoZombies

Emit(s) ==
  /\ up /\ offset[s] < Records /\ Len(channel[s]) < Capacity
  /\ channel' = [channel EXCEPT ![s] = Append(@, [record |-> VersionOf(s, offset[s])])]
  /\ offset' = [offset EXCEPT ![s] = @ + 1]
  /\ UNCHANGED <<up, crashes, rpc, sink, notified, next, notify, inProgress, restorable, store, zombies>>

Barrier(s) ==
  /\ up /\ rpc[s] # 0 /\ Len(channel[s]) < Capacity
  /\ channel' = [channel EXCEPT ![s] = Append(@, [barrier |-> rpc[s]])]
  /\ rpc' = [rpc EXCEPT ![s] = 0]
  /\ IF pending = rpc[s]
     THEN /\ pendingOffset' = [pendingOffset EXCEPT ![s] = offset[s]]
          /\ ack' = [ack EXCEPT ![s] = "sent"]
     ELSE UNCHANGED <<pendingOffset, ack>>
  /\ UNCHANGED <<up, crashes, offset, sink, notified, next, notify, pending, pendingBuffer, restorable, store, zombies>>

ReceiveRecord(v) ==
  /\ buffer' = Newest(buffer, v)
  /\ UNCHANGED <<inflight, alignment, syncing>>

ReceiveBarrier(s, id) ==
  LET now == (IF id > aligning THEN {} ELSE blocked) \cup {s} IN
  CASE id < aligning -> UNCHANGED sink \* of a superseded checkpoint
    [] id >= aligning /\ now # Source ->
         aligning' = id /\ blocked' = now /\ UNCHANGED <<buffer, inflight, syncing>>
    [] id >= aligning /\ now = Source ->
         aligning' = 0 /\ blocked' = {} /\ inflight' = Flushed /\ buffer' = NoVersions /\ syncing' = id

Receive(s) ==
  /\ channel[s] # <<>> /\ s \notin blocked /\ syncing = 0
  /\ channel' = [channel EXCEPT ![s] = Tail(@)]
  /\ LET element == Head(channel[s]) IN
     IF "record" \in DOMAIN element THEN ReceiveRecord(element.record) ELSE ReceiveBarrier(s, element.barrier)
  /\ UNCHANGED <<up, crashes, sources, notified, next, notify, inProgress, restorable, store, zombies>>

Flush ==
  /\ syncing = 0 /\ buffer # NoVersions
  /\ inflight' = Flushed /\ buffer' = NoVersions
  /\ UNCHANGED <<up, crashes, sources, channel, alignment, syncing, notified, next, notify, inProgress, restorable, store,
                 zombies>>

AckFlush ==
  /\ syncing # 0 /\ inflight = {} /\ syncing' = 0
  /\ IF pending = syncing
     THEN ack' = [ack EXCEPT ![Sink] = "sent"] /\ pendingBuffer' = buffer
     ELSE UNCHANGED <<ack, pendingBuffer>>
  /\ UNCHANGED <<up, crashes, sources, channel, buffer, inflight, alignment, notified, next, notify, pending,
                 pendingOffset, restorable, store, zombies>>

Land(v) ==
  /\ v \in inflight
  /\ store' = Newest(store, v) /\ inflight' = inflight \ {v}
  /\ UNCHANGED <<up, crashes, sources, channel, buffer, alignment, syncing, notified, next, notify, inProgress,
                 restorable, zombies>>

Trigger ==
  /\ up /\ pending = 0 /\ next <= Checkpoints
  /\ pending' = next /\ next' = next + 1 /\ rpc' = [s \in Source |-> next]
  /\ UNCHANGED <<up, crashes, offset, channel, sink, notified, notify, pendingOffset, pendingBuffer, ack, restorable,
                 store, zombies>>

Collect(t) ==
  /\ ack[t] = "sent" /\ ack' = [ack EXCEPT ![t] = "collected"]
  /\ UNCHANGED <<up, crashes, sources, channel, sink, notified, next, notify, pending, pendingOffset, pendingBuffer,
                 restorable, store, zombies>>

Forget == pending' = 0 /\ pendingOffset' = NoOffsets /\ pendingBuffer' = NoVersions /\ ack' = NoAcks

Complete ==
  /\ pending # 0 /\ \A t \in Task : ack[t] = "collected"
  /\ completed' = pending /\ completedOffset' = pendingOffset /\ completedBuffer' = pendingBuffer
  /\ notify' = pending /\ Forget
  /\ UNCHANGED <<up, crashes, sources, channel, sink, notified, next, store, zombies>>

Notify ==
  /\ notify # 0 /\ notified' = notify /\ notify' = 0
  /\ UNCHANGED <<up, crashes, sources, channel, sink, next, inProgress, restorable, store, zombies>>

Crash ==
  /\ up /\ crashes < Crashes
  /\ up' = FALSE /\ crashes' = crashes + 1
  /\ offset' = NoOffsets /\ rpc' = NoOffsets /\ channel' = [s \in Source |-> <<>>]
  /\ zombies' = [v \in Version |-> zombies[v] + IF v \in inflight THEN 1 ELSE 0]
  /\ buffer' = NoVersions /\ inflight' = {} /\ aligning' = 0 /\ blocked' = {} /\ syncing' = 0 /\ notified' = 0
  /\ notify' = 0 /\ Forget
  /\ UNCHANGED <<next, restorable, store>>

Restore ==
  /\ ~up /\ up' = TRUE
  /\ offset' = completedOffset /\ buffer' = completedBuffer /\ notified' = completed
  /\ UNCHANGED <<crashes, rpc, channel, inflight, alignment, syncing, next, notify, inProgress, restorable, store,
                 zombies>>

Zombie(v) ==
  /\ zombies[v] > 0 /\ zombies' = [zombies EXCEPT ![v] = @ - 1]
  /\ UNCHANGED <<up, crashes, sources, channel, sink, notified, next, notify, inProgress, restorable>>

ZombieLands(v) == Zombie(v) /\ store' = Newest(store, v)
ZombieLost(v)  == Zombie(v) /\ UNCHANGED store

Next ==
  \/ \E s \in Source : Emit(s) \/ Barrier(s) \/ Receive(s)
  \/ Flush \/ AckFlush \/ Trigger \/ Complete \/ Notify \/ Crash \/ Restore
  \/ \E t \in Task : Collect(t)
  \/ \E v \in Version : Land(v) \/ ZombieLands(v) \/ ZombieLost(v)

Spec == Init /\ [][Next]_<<up, crashes, sources, channel, sink, notified, next, notify, inProgress, restorable, store,
                           zombies>>

Durable ==
  \A s \in Source : \A i \in 0..(completedOffset[s] - 1) :
    LET v == VersionOf(s, i) IN store[KeyOf(v)] >= v \/ completedBuffer[KeyOf(v)] >= v

Queued(s) == Cardinality({i \in DOMAIN channel[s] : "record" \in DOMAIN channel[s][i]})

Accounted ==
  up => \A s \in Source : \A i \in 0..(offset[s] - Queued(s) - 1) :
    LET v == VersionOf(s, i) IN
      \/ store[KeyOf(v)] >= v
      \/ buffer[KeyOf(v)] >= v
      \/ \E newer \in inflight : KeyOf(newer) = KeyOf(v) /\ newer >= v

Ids == notified <= completed /\ (pending # 0 => pending > completed)

Quiescent ==
  /\ up /\ zombies = NoZombies /\ syncing = 0 /\ inflight = {} /\ buffer = NoVersions
  /\ \A s \in Source : channel[s] = <<>> /\ offset[s] = Records /\ rpc[s] = 0

Sequential == [k \in Key |-> CHOOSE v \in Version : KeyOf(v) = k /\ \A w \in Version : KeyOf(w) = k => w <= v]

Exact == Quiescent => store = Sequential
=============================================================================
