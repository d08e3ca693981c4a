----------------------------- MODULE NGridSteps -----------------------------
(***************************************************************************)
(* The steps of NGrid by name, as runs of the code are recorded: a tuple of*)
(* a name, the node that acts, and what it says it did.  A step here is the*)
(* action of NGrid of that name, with the parameters as recorded and, where*)
(* the code shows what it came to, with that compared.                     *)
(***************************************************************************)
EXTENDS NGrid

(* What a restart finds from index `first` on is recorded; what lies before was compacted, and is what it was. *)
Found(n, first, epochs) == SubSeq(log[n], 1, first - 1) \o epochs

Step(s) ==
  LET n == s[2] IN
  CASE s[1] = "stand" -> s[3] \in {epoch[n] + 1, Highest + 1} /\ Stand(n, s[3])                    \* epoch
    [] s[1] = "grant" ->                                                  \* candidate, epoch
         IF "late" \in Parts THEN GrantAsked(n, s[3], s[4])
         ELSE role[s[3]] = "candidate" /\ epoch[s[3]] = s[4] /\ Grant(n, s[3], s[4], End(log[s[3]]))
    [] s[1] = "adopt" -> Adopt(n, s[3])                                   \* epoch
    [] s[1] = "lead" -> Lead(n) /\ epoch[n] = s[3] /\ Len(log'[n]) = s[4] \* epoch, log's length then
    [] s[1] = "down" -> StepDown(n) /\ epoch[n] = s[3]                    \* epoch
    [] s[1] = "fetch" ->             \* from whom; in the answer: epoch, last epoch, length; one that comes too late is none
         /\ epoch[s[3]] = s[4] /\ End(log[s[3]]) = <<s[5], s[6]>>
         /\ IF role[n] = "leader" \/ ~Newer(log[s[3]], log[n]) THEN UNCHANGED vars ELSE Fetch(n, s[3])
    [] s[1] = "use" ->               \* epoch in the answer; epoch then, first index cut or 0, epochs of the entries appended
         \E f \in fetch :
           /\ f.to = n /\ f.asked = epoch[n] /\ f.sender = s[3]
           /\ f.log = (IF s[5] = 0 THEN log[n] ELSE SubSeq(log[n], 1, s[5] - 1)) \o s[6]
           /\ Newer(f.log, log[n]) /\ UseFetch(f) /\ epoch'[n] = s[4]
    [] s[1] = "offer" -> Offer(n, s[4]) /\ epoch[n] = s[3]                \* epoch, number of entries
    [] s[1] = "replicate" ->         \* epoch, previous (epoch, index), epochs of the entries, commit index in the request;
                                     \* first index cut or 0, epochs of the entries appended, commit index then
         LET k == s[5] + Len(s[6]) IN
         /\ k <= Len(leaderLog[s[3]]) /\ s[6] = SubSeq(leaderLog[s[3]], s[5] + 1, k)
         /\ s[5] > 0 => s[4] = leaderLog[s[3]][s[5]]
         /\ s[7] <= leaderCommit[s[3]]
         /\ Replicate(n, s[3], s[5], k, s[7])
         /\ log'[n] = (IF s[8] = 0 THEN log[n] ELSE SubSeq(log[n], 1, s[8] - 1)) \o s[9]
         /\ commit'[n] = s[10]
    [] s[1] = "flush" -> IF s[3] = flushed[n] THEN UNCHANGED vars ELSE Flush(n, s[3])       \* length
    [] s[1] = "ack" -> /\ epoch[n] = s[3] /\ s[4] <= AckOf(n)                               \* epoch, index
                       /\ IF s[4] <= acked[s[3]][n] THEN UNCHANGED vars ELSE Ack(n, s[4])
    [] s[1] = "commit" -> Commit(n, s[4]) /\ epoch[n] = s[3]                                \* epoch, index
    [] s[1] = "answer" -> Answer(n, s[4]) /\ epoch[n] = s[3]                                \* epoch, index
    [] s[1] = "read" -> ReadStart(n) /\ epoch[n] = s[3]                                     \* epoch
    [] s[1] = "echo" -> Echo(n)
    [] s[1] = "confirm" -> /\ read # <<>> /\ Confirmed(read[1]) /\ read[1].at = n           \* index
                           /\ s[3] >= read[1].index /\ s[3] >= read[1].must /\ ReadEnd
    [] s[1] = "drop" -> ReadEnd
    [] s[1] = "install" -> \E e \in Epoch :                                 \* index, its epoch, whether the log is kept
         s[3] <= Len(leaderLog[e]) /\ leaderLog[e][s[3]] = s[4] /\ Install(n, e, s[3], s[5] = "kept")
    [] s[1] = "crash" ->             \* promise found: epoch, vote; first index and epochs of the log found; applied index
         /\ epoch[n] = s[3] /\ voted[n] = s[4]
         /\ Crash(n, Found(n, s[5], s[6]), s[7])

=============================================================================
