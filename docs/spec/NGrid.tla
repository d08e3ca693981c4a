------------------------------- MODULE NGrid -------------------------------
(***************************************************************************)
(* The safety core of the NGrid protocol: elections with quorum E, commit  *)
(* with quorum C, answers with W disks, fsync and crashes, log fetch by a  *)
(* candidate, confirmed reads.  Rule numbers in brackets are protocol.md's.*)
(*                                                                         *)
(* Messages are not kept.  What each candidate ever asked for, what an     *)
(* epoch's leader ever had in its log, and what each node ever             *)
(* acknowledged in an epoch, is kept instead; a late, repeated or          *)
(* reordered message is a step that uses any part of it.  So every         *)
(* schedule of a lossy network is covered, and more.  Timers, sticky       *)
(* leaders [E2], pre-votes [E3], highest ID [E4] and hand-over [E6] only   *)
(* restrict who stands when; all are covered by "anyone may stand".        *)
(*                                                                         *)
(* Entries carry their epoch only: with one leader an epoch, (epoch, index)*)
(* identifies an entry.                                                    *)
(***************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
  Node, W, MaxEpoch, MaxLen,
  Parts,     \* which parts of the protocol Next has beside the core:
             \* "adopt"  an epoch may be learnt from any message   "down"  a leader may step down
             \* "late"   requests of past candidates are granted   "fetch" LOG_FETCH
             \* "follow" followers learn the commit index          "read"  confirmed reads
             \* "point"  a restart begins from a checkpoint        "batch" requests of many entries, flushes of a part
             \* "fetches" several answers to LOG_FETCH on the way at once
             \* "install" snapshots
  Mutant     \* "none", or the name of one planted fault

N == Cardinality(Node)
Max(a, b) == IF a > b THEN a ELSE b
Min(a, b) == IF a < b THEN a ELSE b
Majority == (N \div 2) + 1
E == IF Mutant = "no-majority-floor" THEN N - W + 1 ELSE Max(N - W + 1, Majority)
C == N - E + 1

Epoch == 1..MaxEpoch
None == "none"

VARIABLES
  epoch, voted,        \* durable promises [E1]
  log, flushed,        \* log and the length of it that is certainly on disk [R1]
  stale,               \* logs that may be on disk instead, while a cut is not forced yet [R3]
  role, votes,         \* "follower", "candidate", "leader"; votes given to a candidate
  verified,            \* highest index that this epoch's requests have verified here
  commit,              \* volatile commit index
  asked,               \* history: <<epoch, candidate, last epoch, length>> of every candidacy ("late" only)
  leaderLog,           \* epoch -> log its leader ever had (history: requests on the way)
  leaderCommit,        \* epoch -> commit index its leader ever had
  acked,               \* epoch -> node -> highest index it ever acknowledged in that epoch
  fetch,               \* answers to LOG_FETCH on the way; at most one without "fetches"
  read,                \* one read in progress, or <<>>
  committed,           \* history: <<index, epoch, epoch of the leader that committed it first>>
  answered,            \* history: every <<index, epoch>> ever answered as done
  badRead              \* TRUE once a read was answered from too old a state

node == <<epoch, voted, log, flushed, stale, role, votes, verified, commit>>
hist == <<asked, leaderLog, leaderCommit, acked, committed, answered, badRead>>
vars == <<node, hist, fetch, read>>

LastEpoch(l) == IF l = <<>> THEN 0 ELSE l[Len(l)]
(* Whether a log that ends at (epoch, length) a is more up to date than one that ends at b. *)
Ahead(a, b) == a[1] > b[1] \/ (a[1] = b[1] /\ a[2] > b[2])
End(l) == <<LastEpoch(l), Len(l)>>
Newer(a, b) == Ahead(End(a), End(b))

Init ==
  /\ epoch = [n \in Node |-> 0] /\ voted = [n \in Node |-> None]
  /\ log = [n \in Node |-> <<>>] /\ flushed = [n \in Node |-> 0] /\ stale = [n \in Node |-> {}]
  /\ role = [n \in Node |-> "follower"] /\ votes = [n \in Node |-> {}]
  /\ verified = [n \in Node |-> 0] /\ commit = [n \in Node |-> 0]
  /\ asked = {}
  /\ leaderLog = [e \in Epoch |-> <<>>] /\ leaderCommit = [e \in Epoch |-> 0]
  /\ acked = [e \in Epoch |-> [n \in Node |-> 0]]
  /\ fetch = {} /\ read = <<>>
  /\ committed = {} /\ answered = {} /\ badRead = FALSE

-----------------------------------------------------------------------------
(* Elections *)

Highest == CHOOSE e \in 0..MaxEpoch : (\E n \in Node : epoch[n] = e) /\ (\A n \in Node : epoch[n] <= e)

Stand(n, e) ==
  /\ role[n] # "leader" /\ e > epoch[n]
  /\ epoch' = [epoch EXCEPT ![n] = e]
  /\ voted' = [voted EXCEPT ![n] = n]
  /\ role' = [role EXCEPT ![n] = "candidate"]
  /\ votes' = [votes EXCEPT ![n] = {n}]
  /\ verified' = [verified EXCEPT ![n] = 0]
  /\ asked' = IF "late" \in Parts THEN asked \cup {<<e, n, LastEpoch(log[n]), Len(log[n])>>} ELSE asked
  /\ UNCHANGED <<log, flushed, stale, commit, leaderLog, leaderCommit, acked, committed, answered, badRead, fetch, read>>

(* m votes for n, which asked in epoch e with a log that ended at last. *)
Grant(m, n, e, last) ==
  /\ m # n
  /\ \/ epoch[m] < e
     \/ epoch[m] = e /\ voted[m] = None
  /\ Mutant = "no-log-check" \/ ~Ahead(End(log[m]), last)
  /\ epoch' = [epoch EXCEPT ![m] = e]
  /\ voted' = [voted EXCEPT ![m] = n]
  /\ role' = [role EXCEPT ![m] = "follower"]
  /\ votes' = [votes EXCEPT ![m] = {}, ![n] = IF role[n] = "candidate" /\ epoch[n] = e THEN @ \cup {m} ELSE @]
  /\ verified' = [verified EXCEPT ![m] = IF epoch[m] < e THEN 0 ELSE @]
  /\ UNCHANGED <<log, flushed, stale, commit, hist, fetch, read>>

GrantAsked(m, n, e) == \E a \in asked : a[1] = e /\ a[2] = n /\ Grant(m, n, e, <<a[3], a[4]>>)

(* A message shows an epoch that someone is in, or was, or was about to promise when its disk failed [D1]. *)
Adopt(m, e) ==
  /\ epoch[m] < e /\ e <= Highest + 1
  /\ epoch' = [epoch EXCEPT ![m] = e]
  /\ voted' = [voted EXCEPT ![m] = None]
  /\ role' = [role EXCEPT ![m] = "follower"]
  /\ votes' = [votes EXCEPT ![m] = {}]
  /\ verified' = [verified EXCEPT ![m] = 0]
  /\ UNCHANGED <<log, flushed, stale, commit, hist, fetch, read>>

Lead(n) ==
  /\ role[n] = "candidate" /\ Cardinality(votes[n]) >= E
  /\ role' = [role EXCEPT ![n] = "leader"]
  /\ votes' = [votes EXCEPT ![n] = {}]
  /\ log' = [log EXCEPT ![n] = Append(@, epoch[n])]          \* the no-op [R2]
  /\ leaderLog' = [leaderLog EXCEPT ![epoch[n]] = log'[n]]
  /\ leaderCommit' = [leaderCommit EXCEPT ![epoch[n]] = commit[n]]
  /\ UNCHANGED <<epoch, voted, flushed, stale, verified, commit, asked, acked, committed, answered, badRead, fetch, read>>

(* [E5] *)
StepDown(n) ==
  /\ role[n] = "leader"
  /\ role' = [role EXCEPT ![n] = "follower"]
  /\ UNCHANGED <<epoch, voted, log, flushed, stale, votes, verified, commit, hist, fetch, read>>

Common(a, b) == CHOOSE k \in 0..Min(Len(a), Len(b)) :
  /\ \A i \in 1..k : a[i] = b[i]
  /\ k = Min(Len(a), Len(b)) \/ a[k + 1] # b[k + 1]

(* What the log of n may be on disk if all behind a length is cut, and the cut is not forced. *)
Uncut(n, length) == stale[n] \cup {SubSeq(log[n], 1, k) : k \in Max(flushed[n], length + 1)..Len(log[n])}

(* [E4] A node that is behind takes over the log of one that is ahead; in a higher epoch, if it cuts for that what it may *)
(* have acknowledged in its own. *)
Fetch(x, y) ==
  /\ fetch = {} \/ "fetches" \in Parts
  /\ role[x] # "leader" /\ Newer(log[y], log[x])
  /\ fetch' = fetch \cup {[to |-> x, asked |-> epoch[x], sender |-> epoch[y], log |-> log[y]]}
  /\ UNCHANGED <<node, hist, read>>

UseFetch(f) ==
  /\ f \in fetch
  /\ LET x == f.to
         ok == /\ role[x] # "leader"
               /\ Mutant = "late-fetch" \/ f.asked = epoch[x]
               /\ Mutant = "late-fetch" \/ Newer(f.log, log[x])
         same == Common(log[x], f.log)
         own == IF same < Len(log[x]) /\ Mutant # "fetch-cuts-acked" THEN epoch[x] + 1 ELSE epoch[x]
         e == IF Mutant = "fetch-keeps-epoch" THEN epoch[x] ELSE Max(own, f.sender)
     IN IF ok /\ e <= MaxEpoch
        THEN /\ epoch' = [epoch EXCEPT ![x] = e]
             /\ voted' = [voted EXCEPT ![x] = IF e > epoch[x] THEN None ELSE @]
             /\ role' = [role EXCEPT ![x] = "follower"]
             /\ votes' = [votes EXCEPT ![x] = {}]
             /\ verified' = [verified EXCEPT ![x] = IF e > epoch[x] THEN 0 ELSE Min(@, same)]  \* less only for "late-fetch"
             /\ log' = [log EXCEPT ![x] = f.log]
             /\ flushed' = [flushed EXCEPT ![x] = Min(@, same)]
             /\ stale' = [stale EXCEPT ![x] = Uncut(x, same)]
             /\ UNCHANGED <<commit, hist, read>>
        ELSE UNCHANGED <<node, hist, read>>
  /\ fetch' = fetch \ {f}

-----------------------------------------------------------------------------
(* Replication *)

Offer(n, k) ==
  /\ role[n] = "leader"
  /\ log' = [log EXCEPT ![n] = @ \o [i \in 1..k |-> epoch[n]]]
  /\ leaderLog' = [leaderLog EXCEPT ![epoch[n]] = log'[n]]
  /\ UNCHANGED <<epoch, voted, flushed, stale, role, votes, verified, commit, asked, leaderCommit, acked, committed, answered, badRead, fetch, read>>

(* A REPLICATION_REQUEST of epoch e, entries p+1..k, reaches m at any time; one with p = k = 0 is a heartbeat's c. *)
Replicate(m, e, p, k, c) ==
  LET L == leaderLog[e]
      conflict == {i \in p + 1..Min(k, Len(log[m])) : log[m][i] # L[i]}
      first == CHOOSE i \in conflict : \A j \in conflict : i <= j
      base == IF conflict = {} THEN log[m] ELSE SubSeq(log[m], 1, first - 1)
      rest == IF Mutant = "tail-kept" /\ conflict # {} THEN SubSeq(log[m], k + 1, Len(log[m])) ELSE <<>>
      v == Max(IF e > epoch[m] THEN 0 ELSE verified[m], k)
      seen == IF Mutant = "commit-unverified" THEN Len(log[m]) ELSE v
  IN
  /\ e >= epoch[m] \/ Mutant = "old-epoch-obeyed"
  /\ L # <<>> /\ ~(role[m] = "leader" /\ e <= epoch[m])
  /\ k <= Len(L) /\ p <= Len(log[m])
  /\ (IF p = 0 \/ Mutant = "index-alone" THEN TRUE ELSE log[m][p] = L[p])       \* [R3]
  /\ epoch' = [epoch EXCEPT ![m] = Max(@, e)]
  /\ voted' = [voted EXCEPT ![m] = IF e > epoch[m] THEN None ELSE @]
  /\ role' = [role EXCEPT ![m] = "follower"]
  /\ votes' = [votes EXCEPT ![m] = {}]
  /\ log' = [log EXCEPT ![m] = IF k > Len(base) THEN base \o SubSeq(L, Len(base) + 1, k) \o rest ELSE base]
  /\ flushed' = [flushed EXCEPT ![m] = Min(@, Len(base))]
  /\ stale' = [stale EXCEPT ![m] = IF conflict = {} THEN @ ELSE Uncut(m, Len(base))]
  /\ verified' = [verified EXCEPT ![m] = v]
  /\ commit' = [commit EXCEPT ![m] = Max(@, Min(c, Min(seen, Len(log'[m]))))]
  /\ UNCHANGED <<hist, fetch, read>>

(* [R1] The log is forced up to k, and with it a cut behind which it was continued. *)
Flush(n, k) ==
  /\ flushed[n] < k /\ k <= Len(log[n])
  /\ flushed' = [flushed EXCEPT ![n] = k]
  /\ stale' = [stale EXCEPT ![n] = IF Mutant = "cut-not-forced" THEN @ ELSE {l \in @ : Common(l, log[n]) >= k}]
  /\ UNCHANGED <<epoch, voted, log, role, votes, verified, commit, hist, fetch, read>>

AckOf(m) ==
  LET disk == IF Mutant = "ack-before-fsync" THEN Len(log[m]) ELSE flushed[m]
  IN IF role[m] = "leader" \/ Mutant = "ack-unverified" THEN disk ELSE Min(disk, verified[m])

(* A leader's own disk counts by such a step too. *)
Ack(m, i) ==
  /\ epoch[m] > 0 /\ role[m] # "candidate" /\ i <= AckOf(m) /\ i > acked[epoch[m]][m]
  /\ acked' = [acked EXCEPT ![epoch[m]][m] = i]
  /\ UNCHANGED <<node, asked, leaderLog, leaderCommit, committed, answered, badRead, fetch, read>>

Holders(e, j) == Cardinality({m \in Node :
  IF Mutant = "ack-any-epoch" THEN \E a \in 1..e : acked[a][m] >= j ELSE acked[e][m] >= j})

(* [R2] *)
Commit(n, j) ==
  /\ role[n] = "leader" /\ j \in commit[n] + 1..Len(log[n])
  /\ Holders(epoch[n], j) >= C
  /\ \/ log[n][j] = epoch[n]
     \/ Mutant = "older-epoch"
     \/ Mutant = "no-op-local" /\ LastEpoch(log[n]) = epoch[n]
  /\ commit' = [commit EXCEPT ![n] = j]
  /\ leaderCommit' = [leaderCommit EXCEPT ![epoch[n]] = j]
  /\ committed' = committed \cup {<<i, log[n][i], epoch[n]>> :
       i \in {i \in commit[n] + 1..j : ~\E c \in committed : c[1] = i /\ c[2] = log[n][i]}}
  /\ UNCHANGED <<epoch, voted, log, flushed, stale, role, votes, verified, asked, leaderLog, acked, answered, badRead, fetch, read>>

Answer(n, i) ==
  /\ role[n] = "leader" /\ i \in 1..commit[n]
  /\ IF Mutant = "answer-any-ack" THEN Holders(epoch[n], i) >= W
     ELSE \E j \in i..commit[n] : log[n][j] = epoch[n] /\ Holders(epoch[n], j) >= W
  /\ answered' = answered \cup {<<i, log[n][i]>>}
  /\ UNCHANGED <<node, asked, leaderLog, leaderCommit, acked, committed, badRead, fetch, read>>

-----------------------------------------------------------------------------
(* [L1] A read notes what it must see, collects echoes, and is answered. *)

Newest == LET indexes == {leaderCommit[e] : e \in Epoch} IN CHOOSE i \in indexes : \A j \in indexes : j <= i

ReadStart(n) ==
  /\ read = <<>> /\ role[n] = "leader"
  /\ commit[n] > 0 /\ log[n][commit[n]] = epoch[n]
  /\ read' = <<[at |-> n, epoch |-> epoch[n], index |-> commit[n], must |-> Newest, echoed |-> {n}]>>
  /\ UNCHANGED <<node, hist, fetch>>

Echo(m) ==
  /\ read # <<>> /\ m \notin read[1].echoed /\ epoch[m] = read[1].epoch
  /\ read' = <<[read[1] EXCEPT !.echoed = @ \cup {m}]>>
  /\ UNCHANGED <<node, hist, fetch>>

Confirmed(r) ==
  LET need == IF Mutant = "read-unconfirmed" THEN 1 ELSE IF Mutant = "read-one-short" THEN C - 1 ELSE C
  IN role[r.at] = "leader" /\ epoch[r.at] = r.epoch /\ Cardinality(r.echoed) >= need

(* A read that is not confirmed is not answered. *)
ReadEnd ==
  /\ read # <<>>
  /\ badRead' = (badRead \/ (Confirmed(read[1]) /\ read[1].index < read[1].must))
  /\ read' = <<>>
  /\ UNCHANGED <<node, asked, leaderLog, leaderCommit, acked, committed, answered, fetch>>

-----------------------------------------------------------------------------
MayBeFound(n) == stale[n] \cup {SubSeq(log[n], 1, k) : k \in flushed[n]..Len(log[n])}

(* Power fails; n starts again with the log l, and a state that is applied up to c. *)
Crash(n, l, c) ==
  /\ l \in MayBeFound(n) /\ c <= commit[n] /\ c <= flushed[n]
  /\ log' = [log EXCEPT ![n] = l]
  /\ flushed' = [flushed EXCEPT ![n] = Len(l)]
  /\ stale' = [stale EXCEPT ![n] = {}]
  /\ role' = [role EXCEPT ![n] = "follower"]
  /\ votes' = [votes EXCEPT ![n] = {}]
  /\ verified' = [verified EXCEPT ![n] = 0]
  /\ commit' = [commit EXCEPT ![n] = c]
  /\ voted' = [voted EXCEPT ![n] = IF Mutant = "vote-forgotten" THEN None ELSE @]
  /\ UNCHANGED <<epoch, hist, fetch, read>>

(* [C1] n puts a leader's checkpoint, of what that leader had committed up to i, in the place of its state, and opens its *)
(* log anew: the log it had, if that has entry i on disk, else one that begins behind i. *)
Install(n, e, i, kept) ==
  LET L == leaderLog[e]
      has == IF i > Len(log[n]) THEN FALSE ELSE log[n][i] = L[i]
  IN
  /\ role[n] # "leader" /\ e <= epoch[n] /\ i > commit[n]
  /\ i <= (IF Mutant = "install-uncommitted" THEN Len(L) ELSE leaderCommit[e])
  /\ IF kept THEN has ELSE ~has \/ i > flushed[n] \/ Mutant = "install-drops-tail"
  /\ log' = [log EXCEPT ![n] = IF kept THEN @ ELSE SubSeq(L, 1, i)]
  /\ flushed' = [flushed EXCEPT ![n] = IF kept THEN Max(@, i) ELSE i]
  /\ stale' = [stale EXCEPT ![n] = IF kept THEN {l \in @ : Common(l, log[n]) >= i} ELSE {}]
  /\ role' = [role EXCEPT ![n] = "follower"]
  /\ votes' = [votes EXCEPT ![n] = {}]
  /\ verified' = [verified EXCEPT ![n] = 0]
  /\ commit' = [commit EXCEPT ![n] = i]
  /\ UNCHANGED <<epoch, voted, hist, fetch, read>>

-----------------------------------------------------------------------------
Has(part) == part \in Parts

(* Sets that depend on the state, and one disjunct a kind of step: so random walks choose evenly between the kinds. *)
Elect ==
  \/ \E n \in Node : \E e \in {epoch[n] + 1, Highest + 1} : e <= MaxEpoch /\ Stand(n, e)
  \/ \E m \in Node : \E n \in {n \in Node : role[n] = "candidate" /\ m \notin votes[n]} : Grant(m, n, epoch[n], End(log[n]))
  \/ Has("late") /\ \E m \in Node : \E a \in asked : Grant(m, a[2], a[1], <<a[3], a[4]>>)
  \/ Has("adopt") /\ \E m \in Node : \E e \in epoch[m] + 1..Min(Highest + 1, MaxEpoch) : Adopt(m, e)
  \/ Has("down") /\ \E n \in Node : StepDown(n)
  \/ \E n \in Node : Len(log[n]) < MaxLen /\ Lead(n)
  \/ Has("fetch") /\ ((\E f \in fetch : UseFetch(f)) \/ \E x \in Node : \E y \in {y \in Node : Newer(log[y], log[x])} : Fetch(x, y))

Request(m, e) ==
  \E p \in 0..Len(leaderLog[e]) :
  \E k \in p..(IF Has("batch") THEN Len(leaderLog[e]) ELSE Min(p + 1, Len(leaderLog[e]))) :
  \E c \in {0} \cup (IF Has("follow") THEN {leaderCommit[e]} ELSE {}) : Replicate(m, e, p, k, c) /\ node' # node

Replication ==
  \/ \E n \in Node : Len(log[n]) < MaxLen /\ Offer(n, 1)
  \/ \E m \in Node, e \in Epoch : Request(m, e)
  \/ \E n \in Node : \E k \in (IF Has("batch") THEN flushed[n] + 1..Len(log[n]) ELSE {Len(log[n])}) : Flush(n, k)
  \/ \E n \in Node : Ack(n, AckOf(n))
  \/ \E n \in Node : \E j \in commit[n] + 1..Len(log[n]) : Commit(n, j)
  \/ \E n \in Node : \E j \in 1..commit[n] : Answer(n, j) /\ answered' # answered

Reading == Has("read") /\ (ReadEnd \/ \E n \in Node : ReadStart(n) \/ Echo(n))

Installing == Has("install") /\ \E n \in Node, e \in Epoch : \E i \in commit[n] + 1..Len(leaderLog[e]) :
  \E kept \in BOOLEAN : Install(n, e, i, kept)

Crashing == \E n \in Node : \E l \in MayBeFound(n) :
  \E c \in {0} \cup (IF Has("point") THEN {Min(commit[n], flushed[n])} ELSE {}) : Crash(n, l, c) /\ node' # node

Next == Elect \/ Replication \/ Reading \/ Installing \/ Crashing

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
OneLeaderAnEpoch == \A a, b \in Node : role[a] = "leader" /\ role[b] = "leader" /\ epoch[a] = epoch[b] => a = b

(* No index is ever committed with two entries. *)
Agreement == \A a, b \in committed : a[1] = b[1] => a[2] = b[2]

(* Whoever leads a later epoch than the one that committed an entry has it. *)
Completeness == \A n \in Node : role[n] = "leader" =>
  \A c \in committed : c[3] < epoch[n] => IF Len(log[n]) < c[1] THEN FALSE ELSE log[n][c[1]] = c[2]

(* What a node believes committed is committed. *)
CommitIsTrue == \A n \in Node : \A i \in 1..commit[n] : IF i > Len(log[n]) THEN FALSE ELSE \E c \in committed : c[1] = i /\ c[2] = log[n][i]

(* What was answered as done stays on W disks (no disk is lost here). *)
OnDisks == \A a \in answered :
  Cardinality({m \in Node : IF flushed[m] < a[1] THEN FALSE ELSE log[m][a[1]] = a[2]}) >= W

(* What a node acknowledged in an epoch it keeps while it is in that epoch: so its leader need never count backwards [R4]. *)
AckedIsKept == \A n \in Node : epoch[n] > 0 =>
  LET i == acked[epoch[n]][n] IN i <= flushed[n] /\ Common(leaderLog[epoch[n]], log[n]) >= i

Linearizable == ~badRead

EpochsGrow == \A n \in Node : \A i \in 1..Len(log[n]) : log[n][i] <= epoch[n] /\ (i > 1 => log[n][i - 1] <= log[n][i])

(* Whatever a restart finds, it finds what was flushed. *)
FlushedIsKept == \A n \in Node : flushed[n] <= Len(log[n]) /\ \A l \in MayBeFound(n) : Common(l, log[n]) >= flushed[n]

=============================================================================
