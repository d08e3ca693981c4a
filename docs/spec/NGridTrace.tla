----------------------------- MODULE NGridTrace -----------------------------
(***************************************************************************)
(* Recorded runs against the specification.  Each run begins where a       *)
(* cluster has just formed [M1], and is one path: its next step is taken if*)
(* NGrid allows it.  Nothing happens between two recorded steps.  For every*)
(* run TLC prints "accepted", or "rejected", the step, and what NGrid has  *)
(* of the node at that place.                                              *)
(***************************************************************************)
EXTENDS NGridSteps, TLC

VARIABLES run, at

(* All nodes hold the formation entry, of epoch 1, which nobody leads or will ask a vote for: as if a leader had been   *)
(* elected, had brought its no-op to all disks, and had stepped down. *)
Formed ==
  /\ epoch = [n \in Node |-> 1] /\ voted = [n \in Node |-> None]
  /\ log = [n \in Node |-> <<1>>] /\ flushed = [n \in Node |-> 1] /\ stale = [n \in Node |-> {}]
  /\ role = [n \in Node |-> "follower"] /\ votes = [n \in Node |-> {}]
  /\ verified = [n \in Node |-> 0] /\ commit = [n \in Node |-> 0]
  /\ asked = {}
  /\ leaderLog = [e \in Epoch |-> <<>>] /\ leaderCommit = [e \in Epoch |-> 0]
  /\ acked = [e \in Epoch |-> [n \in Node |-> 0]]
  /\ fetch = {} /\ read = <<>>
  /\ committed = {} /\ answered = {} /\ badRead = FALSE

(* Runs: a sequence of runs, each a sequence of steps. *)
TraceInit(Runs) == Formed /\ run \in 1..Len(Runs) /\ at = 1

Seen(s) ==
  LET n == s[2] IN
  [role |-> role[n], epoch |-> epoch[n], voted |-> voted[n], last |-> End(log[n]), flushed |-> flushed[n],
   verified |-> verified[n], commit |-> commit[n], votes |-> votes[n], acked |-> acked[epoch[n]],
   leaderLog |-> End(leaderLog[epoch[n]]), read |-> read]

(* The invariants, where a run ends: what was ever committed and answered is still remembered there. *)
Holds == Agreement /\ Completeness /\ CommitIsTrue /\ OnDisks /\ EpochsGrow /\ FlushedIsKept

TraceNext(Runs) ==
  IF at > Len(Runs[run])
  THEN /\ PrintT((IF Holds THEN "accepted " ELSE "broken ") \o ToString(run))
       /\ FALSE
  ELSE LET s == Runs[run][at] IN
       \/ Step(s) /\ at' = at + 1 /\ UNCHANGED run
       \/ /\ ~ENABLED Step(s)
          /\ PrintT("rejected " \o ToString(run) \o " " \o ToString(at) \o " has " \o ToString(Seen(s)))
          /\ FALSE

Place == <<run, at>>

=============================================================================
