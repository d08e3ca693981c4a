--------------------------- MODULE NGridDirected ---------------------------
(***************************************************************************)
(* Some faults show only after several elections, too deep for a search    *)
(* from the beginning that ends within seconds.  Here a script of steps    *)
(* comes first, each allowed by NGrid, and then everything NGrid allows.   *)
(***************************************************************************)
EXTENDS NGridSteps

VARIABLE at

DirectedInit == Init /\ at = 1

DirectedNext(script) ==
  IF at <= Len(script) THEN Step(script[at]) /\ at' = at + 1
  ELSE Next /\ UNCHANGED at

=============================================================================
